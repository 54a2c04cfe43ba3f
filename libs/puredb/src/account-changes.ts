import type { UserRecord } from './record.ts';
import type { TimeRange } from './time-range.ts';

/** A new value, `'unlimited'` to remove the limit, or undefined to leave it as it is. */
export type Limit<T> = T | 'unlimited' | undefined;

/** What the options of a command line say about an account. */
export interface AccountChanges {
  /** 0 = not given. */
  uid: number;
  /** 0 = not given. */
  gid: number;
  passwordHash?: string;
  home?: string;
  gecos?: string;
  uploadBandwidth?: Limit<bigint>;
  downloadBandwidth?: Limit<bigint>;
  uploadRatio?: Limit<number>;
  downloadRatio?: Limit<number>;
  maxSessions?: Limit<number>;
  maxFiles?: Limit<bigint>;
  maxSize?: Limit<bigint>;
  allowedLocal?: string;
  deniedLocal?: string;
  allowedClient?: string;
  deniedClient?: string;
  timeRange?: Limit<TimeRange>;
}

function changed<T>(current: T | undefined, change: Limit<T>): T | undefined {
  if (change === undefined) {
    return current;
  }
  return change === 'unlimited' ? undefined : change;
}

/** Zero stands for "no limit" in these fields, and the C tool drops it when it rewrites a line. */
function withoutZero(value: number | undefined): number | undefined {
  return value === 0 ? undefined : value;
}

/** The record that `usermod` and `passwd` write: what was there, with the changes. */
export function changeRecord(current: UserRecord, changes: AccountChanges): UserRecord {
  return {
    login: current.login,
    passwordHash: changes.passwordHash ?? current.passwordHash,
    uid: changes.uid > 0 ? changes.uid : current.uid,
    gid: changes.gid > 0 ? changes.gid : current.gid,
    gecos: changes.gecos ?? current.gecos,
    home: changes.home ?? current.home,
    uploadBandwidth: changed(current.uploadBandwidth, changes.uploadBandwidth),
    downloadBandwidth: changed(current.downloadBandwidth, changes.downloadBandwidth),
    uploadRatio: withoutZero(changed(current.uploadRatio, changes.uploadRatio)),
    downloadRatio: withoutZero(changed(current.downloadRatio, changes.downloadRatio)),
    maxSessions: withoutZero(changed(current.maxSessions, changes.maxSessions)),
    maxFiles: changed(current.maxFiles, changes.maxFiles),
    maxSize: changed(current.maxSize, changes.maxSize),
    allowedLocal: changes.allowedLocal ?? current.allowedLocal,
    deniedLocal: changes.deniedLocal ?? current.deniedLocal,
    allowedClient: changes.allowedClient ?? current.allowedClient,
    deniedClient: changes.deniedClient ?? current.deniedClient,
    timeRange: changed(current.timeRange, changes.timeRange),
  };
}

/**
 * The record that `useradd` writes. Unlike the C tool, which writes zeros that lock the account, an option with `''`
 * means "unlimited" here as well. `-y 0` is kept: for the server it is "unlimited" too.
 */
export function newRecord(login: string, passwordHash: string, home: string, changes: AccountChanges): UserRecord {
  return {
    login,
    passwordHash,
    uid: changes.uid,
    gid: changes.gid,
    gecos: changes.gecos ?? '',
    home,
    uploadBandwidth: changed(undefined, changes.uploadBandwidth),
    downloadBandwidth: changed(undefined, changes.downloadBandwidth),
    uploadRatio: changed(undefined, changes.uploadRatio),
    downloadRatio: changed(undefined, changes.downloadRatio),
    maxSessions: changed(undefined, changes.maxSessions),
    maxFiles: changed(undefined, changes.maxFiles),
    maxSize: changed(undefined, changes.maxSize),
    allowedLocal: changes.allowedLocal ?? '',
    deniedLocal: changes.deniedLocal ?? '',
    allowedClient: changes.allowedClient ?? '',
    deniedClient: changes.deniedClient ?? '',
    timeRange: changed(undefined, changes.timeRange),
  };
}
