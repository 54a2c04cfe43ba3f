import { SessionState, type ShownEntry, type SocketAddress } from '@pure-ftpd/scoreboard';

/** Names of the two ends of a connection, or their addresses. */
export interface Hosts {
  readonly peer: string;
  readonly local: string;
}

/**
 * A session as every format shows it (spec scoreboard-ftpwho section 5.3). Sizes are bytes, times seconds. Fields of a damaged entry
 * may be any number, none is negative.
 */
export interface SessionView {
  /** Names the session as long as it lasts. */
  readonly key: string;
  readonly pid: number;
  /** In the form of `decodeName`. */
  readonly login: string;
  /** In the form of `decodeName`; empty when nothing is transferred. */
  readonly file: string;
  readonly state: 'idle' | 'download' | 'upload' | 'unknown';
  readonly hosts: Hosts;
  readonly peer: SocketAddress;
  readonly local: SocketAddress;
  /** Unix time. */
  readonly start: bigint;
  readonly since: bigint;
  readonly transferSince: bigint;
  /** Where the transfer began. */
  readonly restart: bigint;
  /** Where it is; 0 when there is none. */
  readonly current: bigint;
  /** What it will be; 0 when nobody knows. */
  readonly total: bigint;
  /** 0 to 100, as C rounds it; 0 when the total is not known. */
  readonly percentage: bigint;
  /** The mean since the transfer began. */
  readonly bytesPerSecond: bigint;
  /** The same in units of 1024 bytes, as C rounds it. */
  readonly kilobytesPerSecond: bigint;
}

const STATES: Readonly<Record<number, SessionView['state']>> = {
  [SessionState.idle]: 'idle',
  [SessionState.downloading]: 'download',
  [SessionState.uploading]: 'upload',
};

/** Seconds since a time, 0 if it is still to come. */
export function elapsed(now: bigint, from: bigint): bigint {
  return now > from ? now - from : 0n;
}

function positive(value: bigint): bigint {
  return value > 0n ? value : 0n;
}

/** Rounded as C does; 0 when the total is not known. */
export function percentageOf(current: bigint, total: bigint): bigint {
  if (current <= 0n || total <= 0n) return 0n;
  const rounded = (200n * current + total) / (2n * total);
  return rounded > 100n ? 100n : rounded;
}

/** @param now Unix time in seconds. */
export function viewOf(entry: ShownEntry, now: bigint, hosts: Hosts): SessionView {
  const state = STATES[entry.state] ?? 'unknown';
  const isTransfer = state === 'download' || state === 'upload';
  const restart = entry.restartOffset <= entry.currentSize ? positive(entry.restartOffset) : 0n;
  const current = isTransfer ? positive(entry.currentSize) : 0n;
  const total = state === 'download' ? positive(entry.totalSize) : 0n;
  const transferSince = entry.transferStart === 0n ? 0n : elapsed(now, entry.transferStart);
  const moves = current > restart && transferSince > 0n;
  return {
    key: entry.name,
    pid: entry.pid,
    login: entry.login,
    file: entry.file,
    state,
    hosts,
    peer: entry.peer,
    local: entry.local,
    start: entry.sessionStart,
    since: elapsed(now, entry.sessionStart),
    transferSince,
    restart,
    current,
    total,
    percentage: percentageOf(current, total),
    bytesPerSecond: moves ? (current - restart) / transferSince : 0n,
    kilobytesPerSecond: moves ? (current - restart) / (transferSince * 1024n) : 0n,
  };
}
