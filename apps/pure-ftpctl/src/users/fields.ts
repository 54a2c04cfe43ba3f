// The fields of a user as JSON and CSV have them, by names that people read.
import { escapeAddressList, formatTimeRange, type UserRecord } from '@pure-ftpd/puredb';

import { readAmount, readHours, readId, readText, type Plain } from './values.ts';

/** A field: its name, and how its value becomes that of a record, and back. */
export interface Field {
  readonly name: string;
  readonly isText: boolean;
  readonly plain: (record: UserRecord) => Plain;
  /** @throws BadValue */
  readonly change: (record: UserRecord, value: Plain) => UserRecord;
}

type TextKey = 'passwordHash' | 'gecos' | 'home';
type ListKey = 'allowedLocal' | 'deniedLocal' | 'allowedClient' | 'deniedClient';

function text(name: string, key: TextKey): Field {
  return {
    name,
    isText: true,
    plain: (record) => record[key],
    change: (record, value) => ({ ...record, [key]: readText(value) ?? '' }),
  };
}

/** Addresses; colons separate the fields of a user, so that those of IPv6 are written in a form without. */
function list(name: ListKey): Field {
  return {
    name,
    isText: true,
    plain: (record) => record[name] || null,
    change: (record, value) => {
      const addresses = readText(value) ?? '';
      return { ...record, [name]: addresses.includes(':') ? escapeAddressList(addresses) : addresses };
    },
  };
}

function id(name: 'uid' | 'gid'): Field {
  return {
    name,
    isText: false,
    plain: (record) => record[name],
    change: (record, value) => ({ ...record, [name]: readId(value) }),
  };
}

function count(name: 'uploadRatio' | 'downloadRatio' | 'maxSessions'): Field {
  return {
    name,
    isText: false,
    plain: (record) => record[name] ?? null,
    change: (record, value) => {
      const amount = readAmount(value, 32);
      return { ...record, [name]: amount === undefined ? undefined : Number(amount) };
    },
  };
}

/** What has 64 bits is a number as far as JSON has it exactly, and else its digits. */
function amount(name: 'uploadBandwidth' | 'downloadBandwidth' | 'maxFiles' | 'maxSize'): Field {
  return {
    name,
    isText: false,
    plain: ({ [name]: value }) =>
      value === undefined ? null : value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value),
    change: (record, value) => ({ ...record, [name]: readAmount(value, 64) }),
  };
}

const HOURS: Field = {
  name: 'hours',
  isText: false,
  plain: ({ timeRange }) =>
    timeRange === undefined ? null : formatTimeRange(timeRange).replaceAll(/\d+/g, (time) => time.padStart(4, '0')),
  change: (record, value) => ({ ...record, timeRange: readHours(value) }),
};

/** All fields but the login, in the order of a line of the text file. */
export const FIELDS: readonly Field[] = [
  text('passwordHash', 'passwordHash'),
  id('uid'),
  id('gid'),
  text('fullName', 'gecos'),
  text('home', 'home'),
  amount('uploadBandwidth'),
  amount('downloadBandwidth'),
  count('uploadRatio'),
  count('downloadRatio'),
  count('maxSessions'),
  amount('maxFiles'),
  amount('maxSize'),
  list('allowedLocal'),
  list('deniedLocal'),
  list('allowedClient'),
  list('deniedClient'),
  HOURS,
];
