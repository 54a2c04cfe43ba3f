import { ControlClient, type SessionItem } from '@pure-ftpd/control';
import type { SocketAddress } from '@pure-ftpd/scoreboard';

import { HostNames } from './host-names.ts';
import type { SessionSource } from './session-source.ts';
import { elapsed, percentageOf, type SessionView } from './session-view.ts';

/** How a server is asked. */
export interface ControlSourceOptions {
  /** The control socket; that of the first server of root unless told. */
  readonly path?: string;
  /** Addresses stay numbers. */
  readonly numeric: boolean;
  /** A look waits for names of hosts, up to five seconds; else they are there at a later one. */
  readonly waitsForNames: boolean;
}

/** The sessions of a server, as it tells them on its control socket. A look throws ControlError where it cannot be asked. */
export function controlSource({ path, numeric, waitsForNames }: ControlSourceOptions): SessionSource {
  const names = new HostNames(!numeric);
  return {
    async look(now) {
      await using control = await ControlClient.connect(path);
      const { items } = await control.ask({ type: 'sessions' });
      const ends = items.flatMap((item) => [peerOf(item), localOf(item)]);
      if (waitsForNames) await names.resolve(ends);
      else names.request(ends);
      return items.map((item) => viewOfItem(item, now, names));
    },
  };
}

function peerOf({ address, port }: SessionItem): SocketAddress {
  return { family: address.includes(':') ? 6 : 4, address, port };
}

function localOf({ localAddress: address, localPort: port }: SessionItem): SocketAddress {
  return { family: address.includes(':') ? 6 : 4, address, port };
}

function seconds(milliseconds: number): bigint {
  return BigInt(Math.floor(milliseconds / 1000));
}

function viewOfItem(item: SessionItem, now: bigint, names: HostNames): SessionView {
  const { session, user, pid, state, file = '', offset = 0, position = 0, size = 0, startedAt } = item;
  const [peer, local] = [peerOf(item), localOf(item)];
  const start = seconds(startedAt);
  const transferSince = elapsed(now, item.transferStartedAt === undefined ? start : seconds(item.transferStartedAt));
  const moved = BigInt(Math.max(0, position - offset));
  return {
    key: session,
    pid,
    login: user,
    file,
    state: state === 'login' ? 'idle' : state,
    hosts: { peer: names.of(peer), local: names.of(local) },
    peer,
    local,
    start,
    since: elapsed(now, start),
    transferSince,
    restart: BigInt(Math.min(offset, position)),
    current: BigInt(position),
    total: BigInt(size),
    percentage: percentageOf(BigInt(position), BigInt(size)),
    bytesPerSecond: transferSince > 0n ? moved / transferSince : 0n,
    kilobytesPerSecond: transferSince > 0n ? moved / (transferSince * 1024n) : 0n,
  };
}
