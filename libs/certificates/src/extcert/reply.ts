// What a certificate program answers [spec quota-upload-auth-cert §3.3, §4].
import { isAbsolute } from 'node:path';

import { decodeName } from '@pure-ftpd/protocol';

/** More of a reply is not read. */
export const MAX_REPLY_BYTES = 4095;

/** What is to be done about a client; `undefined` for a word that means nothing. */
export type CertificateAction = 'deny' | 'default' | 'fallback' | 'strict';

/** A reply, read. */
export interface CertificateReply {
  readonly action: CertificateAction | undefined;
  readonly certFile: string | undefined;
  /** That of the certificate, where the reply names none. */
  readonly keyFile: string | undefined;
}

const ACTIONS: readonly CertificateAction[] = ['deny', 'default', 'fallback', 'strict'];

const LINE_FEED = 0x0a;

/**
 * Reads a reply: lines that begin with a known word count, the last of a kind wins, what stands behind the last line feed
 * is not there. Without an action it is a refusal; a path that is not absolute is none.
 * @returns undefined when there is no `end`: the program has not said all it had to say.
 */
export function parseCertificateReply(bytes: Uint8Array): CertificateReply | undefined {
  let action: CertificateAction | undefined = 'deny';
  let certFile: string | undefined;
  let keyFile: string | undefined;
  let isComplete = false;
  for (const line of completeLines(bytes.subarray(0, MAX_REPLY_BYTES))) {
    const value = (keyword: string): string | undefined =>
      line.startsWith(keyword) ? line.slice(keyword.length) : undefined;
    const word = value('action:');
    const cert = value('cert_file:');
    const key = value('key_file:');
    if (word !== undefined) action = ACTIONS.find((known) => known === word.toLowerCase());
    else if (cert !== undefined) certFile = isPath(cert) ? cert : certFile;
    else if (key !== undefined) keyFile = isPath(key) ? key : keyFile;
    else if (line.startsWith('end')) isComplete = true;
  }
  return isComplete ? { action, certFile, keyFile: keyFile ?? certFile } : undefined;
}

function completeLines(bytes: Uint8Array): string[] {
  const lines = decodeName(bytes.subarray(0, bytes.lastIndexOf(LINE_FEED) + 1)).split('\n');
  return lines.slice(0, -1);
}

function isPath(text: string): boolean {
  return isAbsolute(text) && !text.includes('\0');
}
