import { encodeText } from '@pure-ftpd/protocol';

import type { TransferRecord } from './transfer-record.ts';

/** What JSON may hold as it is, but a terminal or a reader of lines takes for more than text. */
const UNSAFE = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * A name as text; one that is not UTF-8 also as its bytes. A lone surrogate would keep the bytes in the text, but it is no
 * Unicode, and most readers refuse the line or replace it.
 */
function nameFields(key: string, name: string): Record<string, string> {
  if (name.isWellFormed()) return { [key]: name };
  return { [key]: name.toWellFormed(), [`${key}Base64`]: encodeText(name).toString('base64') };
}

/** One object on one line, for collectors: `{"time":"2026-11-20T23:33:30.000Z","session":"6b00d8d2.13d8",…}`. */
export function jsonLine(transfer: TransferRecord): string {
  const { startedAt, pid } = transfer.session;
  const fields = {
    time: new Date(transfer.time).toISOString(),
    session: `${Math.floor(startedAt / 1000).toString(16)}.${pid.toString(16)}`,
    ...nameFields('user', transfer.user),
    host: transfer.host,
    address: transfer.address,
    direction: transfer.direction,
    ...nameFields('path', transfer.path),
    bytes: transfer.bytes,
    seconds: Math.round(transfer.seconds * 1000) / 1000,
    type: transfer.type,
    complete: transfer.complete,
    tls: transfer.encrypted,
  };
  return JSON.stringify(fields).replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
