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
    account: view.login === '?' ? null : view.login,
    state: view.state,
    connectedSeconds: Number(view.since),
    client: end(view.peer, view.hosts.peer),
    server: end(view.local, view.hosts.local),
    transfer: isTransfer
      ? {
          file: view.file,
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
 * JSON for programs, on one line. A byte of a name that is none of UTF-8 is a lone surrogate, `\udc80` to `\udcff`: what Python
 * calls surrogateescape.
 * @param now Unix time in seconds.
 */
export function formatJson(views: readonly SessionView[], now: bigint): string {
  return `${JSON.stringify({ time: Number(now), sessions: views.map(session), totals: totalsOf(views) })}\n`;
}
