import { nameFields, oneLineJson } from '@pure-ftpd/protocol';

import type { TransferRecord } from './transfer-record.ts';

/** One object on one line, for collectors: `{"time":"2026-11-20T23:33:30.000Z","session":"6b00d8d2.13d8",…}`. */
export function jsonLine(transfer: TransferRecord): string {
  const { startedAt, pid } = transfer.session;
  return oneLineJson({
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
    code: transfer.code,
    tls: transfer.encrypted,
  });
}
