// SFTPGo: the JSON of its dump (docs/rest-api: dumpdata), of which the users are taken.
import { escapeAddressList } from '@pure-ftpd/puredb';

import { CommandError, ExitStatus } from '../exit-status.ts';
import { contentOf } from './lines.ts';
import type { Migration } from './migration.ts';

/** An object of the dump. Nothing is taken for what it is not. */
class Json {
  readonly #value: object;

  constructor(value: unknown) {
    this.#value = typeof value === 'object' && value !== null ? value : {};
  }

  raw(key: string): unknown {
    return Object.hasOwn(this.#value, key) ? Reflect.get(this.#value, key) : undefined;
  }

  text(key: string): string {
    const value = this.raw(key);
    return typeof value === 'string' ? value : '';
  }

  /** A whole number from 0 on. */
  number(key: string): number {
    const value = this.raw(key);
    return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
  }

  list(key: string): unknown[] {
    const value = this.raw(key);
    return Array.isArray(value) ? value : [];
  }

  texts(key: string): string[] {
    return this.list(key).filter((one) => typeof one === 'string');
  }

  object(key: string): Json {
    return new Json(this.raw(key));
  }

  entries(): [string, unknown][] {
    return Object.entries(this.#value);
  }
}

/** Parts of the dump that are no users, and what they are called. */
const OTHER_PARTS = {
  groups: 'groups, whose settings users inherit',
  folders: 'virtual folders',
  event_rules: 'rules of the event manager (pure-uploadscript, webhooks)',
  shares: 'shares',
  ip_lists: 'lists of addresses (a firewall, --penalties)',
} as const;

/** @param now Unix time in milliseconds: accounts expire. @throws CommandError */
export function readSftpgo(path: string, migration: Migration, now: number): void {
  const dump = new Json(parsed(path));
  const users = dump.raw('users');
  if (!Array.isArray(users)) throw new CommandError(`${path}: no dump of SFTPGo: it has no users`, ExitStatus.failed);
  for (const user of users) readUser(new Json(user), path, migration, now);
  for (const [key, what] of Object.entries(OTHER_PARTS)) {
    const count = dump.list(key).length;
    if (count > 0) migration.note(path, `${count} ${what}: not taken`);
  }
  migration.set('NoAnonymous', 'yes');
  migration.set('ChrootEveryone', 'yes');
  migration.set('CreateHomeDir', 'yes');
}

function parsed(path: string): unknown {
  try {
    return JSON.parse(contentOf(path).toString('utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new CommandError(`${path}: no JSON: ${error.message}`, ExitStatus.failed, { cause: error });
  }
}

function readUser(user: Json, path: string, migration: Migration, now: number): void {
  const login = user.text('username');
  const where = `${path}: ${login}`;
  const filters = user.object('filters');
  const home = user.text('home_dir').replace(/\/+$/, '');
  migration.user(
    {
      login,
      passwordHash: user.text('password'),
      uid: user.number('uid') || undefined,
      gid: user.number('gid') || undefined,
      gecos: user.text('description').replaceAll(/[:\r\n\0]/g, ' '),
      home: home === '' ? '' : `${home}/./`,
      uploadBandwidth: kilobytes(user.number('upload_bandwidth')),
      downloadBandwidth: kilobytes(user.number('download_bandwidth')),
      maxSessions: user.number('max_sessions') || undefined,
      maxFiles: BigInt(user.number('quota_files')) || undefined,
      maxSize: BigInt(user.number('quota_size')) || undefined,
      allowedClient: addresses(filters.texts('allowed_ip')),
      deniedClient: addresses(filters.texts('denied_ip')),
      locked: lockedBecause(user, filters, now),
    },
    where,
  );
  for (const text of untaken(user, filters, now)) migration.note(where, text);
}

function kilobytes(perSecond: number): bigint | undefined {
  return perSecond === 0 ? undefined : BigInt(perSecond) * 1024n;
}

function addresses(list: readonly string[]): string {
  return list.map((one) => (one.includes(':') ? escapeAddressList(one) : one)).join(',');
}

function lockedBecause(user: Json, filters: Json, now: number): string | undefined {
  const expires = user.number('expiration_date');
  if (user.raw('status') !== 1) return 'was not active';
  if (expires > 0 && expires <= now) return 'has expired';
  if (filters.texts('denied_protocols').includes('FTP')) return 'was not allowed to use FTP';
  if (filters.texts('denied_login_methods').includes('password')) return 'was not allowed to log in with a password';
  return user.object('filesystem').number('provider') > 0
    ? 'has its files in a cloud, an encrypted or a remote file system'
    : undefined;
}

/** What a user has that a PureDB does not know, a line each. */
function untaken(user: Json, filters: Json, now: number): string[] {
  const expires = user.number('expiration_date');
  const limited = user
    .object('permissions')
    .entries()
    .filter(([, rights]) => !Array.isArray(rights) || !rights.includes('*'));
  const parts: readonly (readonly [boolean, string])[] = [
    [expires > now, `expires on ${new Date(expires).toISOString().slice(0, 10)}: lock the user then`],
    [
      limited.length > 0,
      `permissions for ${limited.map(([folder]) => folder).join(', ')}: by modes of the files, or for all users by KeepAllFiles, NoRename`,
    ],
    [user.list('public_keys').length > 0, 'public keys: FTP has none'],
    [user.list('virtual_folders').length > 0, 'virtual folders: mount them, or link them with --link-roots'],
    [user.list('groups').length > 0, 'settings of groups are not taken'],
    [filters.list('file_patterns').length > 0, 'patterns of file names'],
    [filters.number('max_upload_file_size') > 0, 'a largest size of a file'],
    [filters.list('bandwidth_limits').length > 0, 'bandwidths by address'],
    [filters.list('access_time').length > 0, 'times of access: user set --hours has one range a day'],
    [filters.number('tls_username') > 0 || filters.text('tls_username') !== '', 'a login by certificate'],
    [filters.object('totp_config').raw('enabled') === true, 'a second factor'],
    [
      ['upload_data_transfer', 'download_data_transfer', 'total_data_transfer'].some((key) => user.number(key) > 0),
      'limits of transferred data',
    ],
  ];
  return parts.flatMap(([isThere, text]) => (isThere ? [text] : []));
}
