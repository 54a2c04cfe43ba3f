// How the values of `user add` and `user set` are read. Loaded when there are some.
import { type AccountChanges, escapeAddressList, type Limit, type TimeRange } from '@pure-ftpd/puredb';
import { systemIdentities } from '@pure-ftpd/puredb/identities';

import { BadValue, readAmount, readHours } from './values.ts';

const KILOBYTE = 1024n;
const MEGABYTE = 1_048_576n;

/** What takes a limit away. */
const NONE = new Set(['', 'none']);

function limit<Value>(value: string, read: (value: string) => Value | undefined): Limit<Value> {
  return NONE.has(value) ? 'unlimited' : read(value);
}

function units(value: string, unit: bigint): bigint | undefined {
  const amount = readAmount(value, 64);
  if (amount === undefined) return undefined;
  if (amount * unit < 2n ** 64n) return amount * unit;
  throw new BadValue('a smaller number is expected');
}

/** Kilobytes per second. */
export function bandwidth(value: string): Limit<bigint> {
  return limit(value, (text) => units(text, KILOBYTE));
}

export function megabytes(value: string): Limit<bigint> {
  return limit(value, (text) => units(text, MEGABYTE));
}

export function files(value: string): Limit<bigint> {
  return limit(value, (text) => readAmount(text, 64));
}

export function count(value: string): Limit<number> {
  return limit(value, (text) => Number(readAmount(text, 32)));
}

export function ratio(value: string): Limit<number> {
  const parts = count(value);
  if (parts !== 0) return parts;
  throw new BadValue('a number above 0 is expected');
}

export function hours(value: string): Limit<TimeRange> {
  return limit(value, readHours);
}

/** Colons separate the fields of a user: IPv6 addresses are written in their form without. */
export function addresses(value: string): string {
  if (NONE.has(value)) return '';
  return value.includes(':') ? escapeAddressList(value) : value;
}

/** A home whose user cannot leave it: what is added marks the root. */
export function rooted(home: string): string {
  if (!home.startsWith('/')) throw new BadValue('a path from the root on is expected');
  return home.includes('/./') ? home : `${home.replace(/\/+$/, '')}/./`;
}

export async function group(value: string): Promise<number> {
  return notRoot((await systemIdentities.group(value)) ?? idOf(value, 'group'));
}

/** Whom files belong to; the group is that of the user where none is given. */
export async function own(changes: AccountChanges, value: string): Promise<void> {
  const { uid, gid } = (await systemIdentities.user(value)) ?? { uid: idOf(value, 'user'), gid: 0 };
  changes.uid = notRoot(uid);
  if (changes.gid === 0) changes.gid = gid;
}

function idOf(value: string, what: string): number {
  if (/^\d{1,10}$/.test(value)) return Number(value);
  throw new BadValue(`there is no ${what} of this name`);
}

function notRoot(id: number): number {
  if (id > 0 && id < 2 ** 32 - 1) return id;
  throw new BadValue('nobody logs in as root: choose another');
}
