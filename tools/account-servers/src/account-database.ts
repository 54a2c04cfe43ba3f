// A database with a table of accounts, of either kind, and the file with which a server asks it.
import { writeFileSync } from 'node:fs';

import type { TempFolder } from '@pure-ftpd/peers';

import { MariaDB } from './mariadb.ts';
import { PostgreSQL } from './postgresql.ts';

export type SqlMethod = 'mysql' | 'pgsql';

/** Numbers of an account, by their columns. */
export interface AccountRow {
  readonly login: string;
  readonly password: string;
  readonly home: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly limits?: Partial<Readonly<Record<LimitColumn, number>>>;
}

const LIMIT_COLUMNS = ['QTAFS', 'QTASZ', 'RatioUL', 'RatioDL', 'BandwidthUL', 'BandwidthDL'] as const;
type LimitColumn = (typeof LIMIT_COLUMNS)[number];

/** Whoever the accounts are, unless they say. */
export const ACCOUNT_ID = 54_321;

/** The password of the user that asks. */
export const DATABASE_SECRET = 'word-of-the-file';

const COLUMNS = ['login', 'password', 'uid', 'gid', 'home', ...LIMIT_COLUMNS.map((name) => name.toLowerCase())];

/** A database that a server can ask over TCP as `ftpd`. `await using` ends it. */
export class AccountDatabase implements AsyncDisposable {
  readonly method: SqlMethod;
  readonly server: MariaDB | PostgreSQL;

  private constructor(method: SqlMethod, server: MariaDB | PostgreSQL) {
    this.method = method;
    this.server = server;
  }

  /** @param server One that has been started, which this one ends; a new one unless told. */
  static async start(
    method: SqlMethod,
    rows: readonly AccountRow[],
    server?: MariaDB | PostgreSQL,
  ): Promise<AccountDatabase> {
    const own = server ?? (method === 'mysql' ? await MariaDB.start() : await PostgreSQL.start());
    const database = new AccountDatabase(method, own);
    try {
      await database.#fill(rows);
      return database;
    } catch (error) {
      await own[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #fill(rows: readonly AccountRow[]): Promise<void> {
    const numbers = COLUMNS.slice(5).map((name) => `${name} BIGINT`);
    const table = `CREATE TABLE users (login VARCHAR(64), password VARCHAR(200), uid BIGINT, gid BIGINT, home VARCHAR(255),
      ${numbers.join(', ')});`;
    const { server } = this;
    if (server instanceof MariaDB) {
      await server.run(`CREATE DATABASE accounts; CREATE USER ftpd@'%' IDENTIFIED BY '${DATABASE_SECRET}';
        GRANT SELECT ON accounts.* TO ftpd@'%';`);
      await server.run(table, 'accounts');
    } else {
      await server.run(`CREATE ROLE ftpd LOGIN PASSWORD '${DATABASE_SECRET}'`);
      await server.run('CREATE DATABASE accounts');
      await server.run(`${table} GRANT SELECT ON users TO ftpd;`, 'accounts');
    }
    for (const row of rows) await this.add(row);
  }

  async add({ login, password, home, uid = ACCOUNT_ID, gid = ACCOUNT_ID, limits = {} }: AccountRow): Promise<void> {
    const values = [quoted(login), quoted(password), uid, gid, quoted(home)];
    const numbers = LIMIT_COLUMNS.map((name) => limits[name] ?? 'NULL');
    await this.server.run(
      `INSERT INTO users (${COLUMNS.join(', ')}) VALUES (${[...values, ...numbers].join(', ')})`,
      'accounts',
    );
  }

  /**
   * Writes the file for `-l`.
   * @param changes Values by their keys without prefix; an empty one leaves the key out.
   */
  file(folder: TempFolder, name: string, changes: Readonly<Record<string, string>> = {}): string {
    const lines: Record<string, string> = {
      Server: '127.0.0.1',
      Port: String(this.server.port),
      User: 'ftpd',
      Password: DATABASE_SECRET,
      Database: 'accounts',
      Crypt: 'cleartext',
      GetPW: column('password'),
      GetUID: column('uid'),
      GetGID: column('gid'),
      GetDir: column('home'),
      ...changes,
    };
    const prefix = this.method.toUpperCase();
    const kept = Object.entries(lines).filter(([, value]) => value !== '');
    const file = folder.file(name);
    writeFileSync(file, kept.map(([key, value]) => `${prefix}${key} ${value}\n`).join(''), { mode: 0o600 });
    return file;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function column(name: string): string {
  return String.raw`SELECT ${name} FROM users WHERE login='\L'`;
}

/** The keys of all limits, each with its query. */
export const LIMIT_QUERIES: Readonly<Record<string, string>> = Object.fromEntries(
  LIMIT_COLUMNS.map((name) => [`Get${name}`, column(name.toLowerCase())]),
);
