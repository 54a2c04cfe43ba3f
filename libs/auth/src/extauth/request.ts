// What a server asks an authentication daemon [spec quota-upload-auth-cert §3.2].
import { encodeName } from '@pure-ftpd/protocol';

import type { LoginAttempt } from '../backend.ts';

/** A request is shorter; a longer one is none. */
export const MAX_REQUEST_BYTES = 4095;

/** Its keys, in the order in which they are sent. */
export const REQUEST_KEYS = ['account', 'password', 'localhost', 'localport', 'peer', 'sni_name', 'encrypted'] as const;
export type RequestKey = (typeof REQUEST_KEYS)[number];

const LINE_FEED = 0x0a;

/**
 * The question whether a login may come in. The caller wipes it: the password is in it.
 * @returns undefined when it cannot be asked: nothing in a value may end its line, and a request has a length.
 */
export function authRequest(attempt: LoginAttempt): Buffer | undefined {
  const values: Readonly<Record<RequestKey, Uint8Array>> = {
    account: encodeName(attempt.login),
    password: attempt.password,
    localhost: Buffer.from(attempt.localAddress),
    localport: Buffer.from(String(attempt.localPort)),
    peer: Buffer.from(attempt.clientAddress),
    sni_name: Buffer.from(attempt.serverName ?? ''),
    encrypted: Buffer.from(attempt.encrypted ? '1' : '0'),
  };
  const lines = REQUEST_KEYS.map((key) => ({ head: Buffer.from(`${key}:`), value: values[key] }));
  const length = lines.reduce((sum, { head, value }) => sum + head.length + value.length + 1, 'end\n'.length);
  if (length > MAX_REQUEST_BYTES || lines.some(({ value }) => value.includes(LINE_FEED) || value.includes(0)))
    return undefined;
  const request = Buffer.alloc(length);
  let at = 0;
  for (const { head, value } of lines) {
    request.set(head, at);
    request.set(value, at + head.length);
    at += head.length + value.length;
    at = request.writeUInt8(LINE_FEED, at);
  }
  request.write('end\n', at);
  return request;
}

/**
 * The values of a request, as bytes. Unknown lines do not count, and of a key the last one does.
 * @param lines The request up to its `end` line, without line ends.
 */
export function requestValues(lines: readonly Buffer[]): Partial<Record<RequestKey, Buffer>> {
  const values: Partial<Record<RequestKey, Buffer>> = {};
  for (const line of lines) {
    const key = REQUEST_KEYS.find((known) => line.subarray(0, known.length + 1).equals(Buffer.from(`${known}:`)));
    if (key !== undefined) values[key] = line.subarray(key.length + 1);
  }
  return values;
}
