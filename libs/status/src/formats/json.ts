import { nameFields, oneLineJson } from '@pure-ftpd/protocol';
import type { SocketAddress } from '@pure-ftpd/scoreboard';

import type { SessionView } from '../session-view.ts';
import { totalsOf } from '../totals.ts';

function end(address: SocketAddress, name: string): object {
  return { address: address.address, port: address.port, name: name === address.address ? null : name };
}

function session(view: SessionView): object {
  const isTransfer = view.state === 'download' || view.state === 'upload';
  return {
    id: view.key,
    pid: view.pid,
    // Nobody has logged in yet.
    ...(view.login === '?' ? { account: null } : nameFields('account', view.login)),
    state: view.state,
    connectedSeconds: Number(view.since),
    client: end(view.peer, view.hosts.peer),
    server: end(view.local, view.hosts.local),
    transfer: isTransfer
      ? {
          ...nameFields('file', view.file),
          seconds: Number(view.transferSince),
          offset: Number(view.restart),
          position: Number(view.current),
          size: view.state === 'download' ? Number(view.total) : null,
          bytesPerSecond: Number(view.bytesPerSecond),
        }
      : null,
  };
}

/**
 * JSON for programs, on one line. A name that is not UTF-8 has U+FFFD where it is not, and its bytes in `accountBase64` or
 * `fileBase64`.
 * @param now Unix time in seconds.
 */
export function formatJson(views: readonly SessionView[], now: bigint): string {
  return `${oneLineJson({ time: Number(now), sessions: views.map(session), totals: totalsOf(views) })}\n`;
}
