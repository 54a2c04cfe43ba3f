// A user of JSON or CSV, read and written.
import { nameFields } from '@pure-ftpd/protocol';
import type { UserRecord } from '@pure-ftpd/puredb';

import { FIELDS } from './fields.ts';
import { BadValue, type Plain } from './values.ts';

/** What an import says of a user: the fields that it names. */
export interface Account {
  readonly login: string;
  /** What errors call it: file, and where in it. */
  readonly where: string;
  readonly values: ReadonlyMap<string, Plain>;
}

/** The hash of a user who cannot log in. */
export const NO_PASSWORD = '*';

const NOBODY: Omit<UserRecord, 'login'> = {
  passwordHash: NO_PASSWORD,
  uid: 0,
  gid: 0,
  gecos: '',
  home: '',
  uploadBandwidth: undefined,
  downloadBandwidth: undefined,
  uploadRatio: undefined,
  downloadRatio: undefined,
  maxSessions: undefined,
  maxFiles: undefined,
  maxSize: undefined,
  allowedLocal: '',
  deniedLocal: '',
  allowedClient: '',
  deniedClient: '',
  timeRange: undefined,
};

/** The fields of a user for JSON. Text that is not UTF-8 has its bytes beside it, as in the reports of sessions. */
export function jsonOf(record: UserRecord): Record<string, Plain> {
  const fields: Record<string, Plain> = { ...nameFields('login', record.login) };
  for (const { name, isText, plain } of FIELDS) {
    const value = plain(record);
    Object.assign(fields, isText && typeof value === 'string' ? nameFields(name, value) : { [name]: value });
  }
  return fields;
}

/**
 * The record that an import makes of a user: what it does not name stays as it is, and a new user has none of it, not even a password.
 * @throws BadValue
 */
export function imported({ login, where, values }: Account, current: UserRecord | undefined): UserRecord {
  let record: UserRecord = current ?? { login, ...NOBODY };
  for (const field of FIELDS) {
    const value = values.get(field.name);
    // What is there already stays, even where the server does not take it.
    if (value === undefined || String(value ?? '') === String(field.plain(record) ?? '')) continue;
    try {
      record = field.change(record, value);
    } catch (error) {
      if (!(error instanceof BadValue)) throw error;
      throw new BadValue(`${where}: ${field.name}: ${error.message}`, { cause: error });
    }
  }
  const missing = [record.uid === 0 ? 'uid' : '', record.gid === 0 ? 'gid' : '', record.home === '' ? 'home' : ''];
  const [first] = missing.filter(Boolean);
  if (first !== undefined) throw new BadValue(`${where}: a new user needs ${first}`);
  if (!record.home.startsWith('/')) throw new BadValue(`${where}: home: a path from the root on is expected`);
  return record.passwordHash === '' ? { ...record, passwordHash: NO_PASSWORD } : record;
}
