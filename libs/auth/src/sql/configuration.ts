// The file of `-l mysql:FILE` and `-l pgsql:FILE` [sql.md §2].
import { existsSync } from 'node:fs';
import { isIP } from 'node:net';

import { failAt, type KeyFile, placeOf, readKeyFile } from '../key-file.ts';
import { type SqlDialect, SqlTextError } from './lexer.ts';
import { parseScheme, schemeWarning, type SqlScheme } from './scheme.ts';
import { QueryTemplate } from './template.ts';

/** Where the server of a database is, and who asks it. */
export interface SqlServer {
  /** Name or address; empty where a socket is given. */
  readonly host: string;
  readonly port: number;
  /** Socket of MySQL, folder of that of PostgreSQL. */
  readonly socketPath: string | undefined;
  readonly user: string;
  readonly password: string | undefined;
  readonly database: string | undefined;
  readonly tls: TlsUse;
  /** File of the authorities that have to vouch for the server; the system's unless given, where it is verified. */
  readonly tlsCa: string | undefined;
}

const TLS_USES = ['no', 'prefer', 'require', 'verify'] as const;
export type TlsUse = (typeof TLS_USES)[number];

/** Queries that an account may do without. */
const LIMIT_KEYS = ['QTAFS', 'QTASZ', 'RatioUL', 'RatioDL', 'BandwidthUL', 'BandwidthDL'] as const;
export type LimitKey = (typeof LIMIT_KEYS)[number];

/** Where a user or a group comes from: a query, or the same for all, a number or a name. */
export type IdSource = { readonly query: QueryTemplate } | { readonly fixed: string };

/** All that a file says. */
export interface SqlConfiguration {
  readonly dialect: SqlDialect;
  readonly server: SqlServer;
  readonly scheme: SqlScheme;
  readonly password: QueryTemplate;
  readonly uid: IdSource;
  readonly gid: IdSource;
  readonly directory: QueryTemplate;
  readonly limits: readonly { readonly key: LimitKey; readonly query: QueryTemplate }[];
  readonly transactions: boolean;
  /** `CWD ~user` works. */
  readonly expandsTilde: boolean;
  /** File, line and key, for messages: `/etc/pure-ftpd/mysql.conf:7: MYSQLGetPW` for `GetPW`. */
  readonly place: (name: string) => string;
  /** What the administrator should know, one line each. */
  readonly warnings: readonly string[];
}

const BOTH = [
  'Server',
  'Port',
  'User',
  'Password',
  'Database',
  'Crypt',
  'GetPW',
  'GetUID',
  'GetGID',
  'GetDir',
  'DefaultUID',
  'DefaultGID',
  'UseTLS',
  'TLSCA',
  ...LIMIT_KEYS.map((key) => `Get${key}`),
];
const OF_MYSQL = ['Socket', 'ForceTildeExpansion', 'Transactions'];

const PREFIXES = { mysql: 'MYSQL', pgsql: 'PGSQL' } as const;
const PORTS = { mysql: 3306, pgsql: 5432 } as const;
/** Where `localhost` is for the C client library. */
const MYSQL_SOCKETS = ['/run/mysqld/mysqld.sock', '/var/lib/mysql/mysql.sock', '/tmp/mysql.sock'];

/** The keys a file may have. */
export function sqlKeys(dialect: SqlDialect): readonly string[] {
  const names = dialect === 'mysql' ? [...BOTH, ...OF_MYSQL] : BOTH;
  return names.map((name) => PREFIXES[dialect] + name);
}

/** @throws LoginMethodError with file, line and what to do. */
export function readSqlConfiguration(path: string, dialect: SqlDialect): SqlConfiguration {
  return new Reader(readKeyFile(path, sqlKeys(dialect)), dialect).read();
}

/** Takes a file apart, key by key. */
class Reader {
  readonly #file: KeyFile;
  readonly #dialect: SqlDialect;
  readonly #warnings: string[] = [];

  constructor(file: KeyFile, dialect: SqlDialect) {
    this.#file = file;
    this.#dialect = dialect;
  }

  read(): SqlConfiguration {
    const { isPublic, path } = this.#file;
    const server = this.#server();
    const scheme = this.#scheme();
    const configuration = {
      dialect: this.#dialect,
      server,
      scheme,
      password: this.#query('GetPW'),
      uid: this.#ids('UID'),
      gid: this.#ids('GID'),
      directory: this.#query('GetDir'),
      limits: LIMIT_KEYS.flatMap((key) =>
        this.#value(`Get${key}`) === undefined ? [] : [{ key, query: this.#query(`Get${key}`) }],
      ),
      transactions: this.#dialect === 'pgsql' || this.#value('Transactions')?.toLowerCase() === 'on',
      expandsTilde: Number.parseInt(this.#value('ForceTildeExpansion') ?? '', 10) > 0,
    };
    if (isPublic && server.password !== undefined)
      this.#warnings.push(`${path}: anybody may read this file, which has a password: chmod 640`);
    return { ...configuration, place: (name) => this.#place(name), warnings: this.#warnings };
  }

  #name(name: string): string {
    return PREFIXES[this.#dialect] + name;
  }

  #value(name: string): string | undefined {
    return this.#file.lines.get(this.#name(name))?.value;
  }

  #place(name: string): string {
    return placeOf(this.#file, this.#name(name));
  }

  #fail(name: string, reason: string): never {
    return failAt(this.#file.path, this.#file.lines.get(this.#name(name))?.line, `${this.#name(name)}: ${reason}`);
  }

  #needed(name: string, what: string): string {
    return this.#value(name) ?? this.#fail(name, `is missing: ${what}`);
  }

  #query(name: string): QueryTemplate {
    const text = this.#needed(name, 'write the query that answers with it');
    try {
      const query = new QueryTemplate(text, this.#dialect);
      for (const warning of query.warnings) this.#warnings.push(`${this.#place(name)}: ${warning}`);
      return query;
    } catch (error) {
      if (error instanceof SqlTextError) return this.#fail(name, error.message);
      throw error;
    }
  }

  #ids(kind: 'UID' | 'GID'): IdSource {
    const fixed = this.#value(`Default${kind}`);
    // People write a comment behind the number.
    if (fixed !== undefined) return { fixed: /^(\d+)\s*#/.exec(fixed)?.[1] ?? fixed };
    return { query: this.#query(`Get${kind}`) };
  }

  #scheme(): SqlScheme {
    const word = this.#needed('Crypt', 'write how passwords are stored: any, crypt, argon2, scrypt or cleartext');
    const scheme = parseScheme(word);
    if (scheme === undefined)
      return this.#fail('Crypt', `${word} is no scheme: any, crypt, argon2, scrypt, cleartext, md5, sha1 or password`);
    const warning = schemeWarning(scheme);
    if (warning !== undefined) this.#warnings.push(`${this.#place('Crypt')} ${word}: ${warning}`);
    return scheme;
  }

  #server(): SqlServer {
    const isMysql = this.#dialect === 'mysql';
    const host = this.#value('Server');
    const socket = this.#value('Socket');
    if (host === undefined && socket === undefined)
      this.#fail('Server', 'is missing: write the name of the database server');
    const place = isMysql ? mysqlPlace(host, socket) : pgsqlPlace(host ?? '');
    const tls = this.#tls(!isMysql && place.socketPath === undefined ? 'prefer' : 'no');
    if (isMysql && tls === 'verify' && isIP(place.host) !== 0)
      this.#fail('Server', `is an address, and ${this.#name('UseTLS')} verify needs the name that the certificate has`);
    return {
      ...place,
      port: portOf(this.#value('Port'), PORTS[this.#dialect]),
      user: this.#needed('User', 'write the name of the user that asks the database'),
      password: isMysql ? this.#value('Password') : this.#needed('Password', 'write the password of that user'),
      database: isMysql ? this.#value('Database') : this.#needed('Database', 'write the name of the database'),
      tls,
      tlsCa: this.#authorities(tls),
    };
  }

  /** Whoever names authorities wants them to vouch: that must not be in vain. */
  #authorities(tls: TlsUse): string | undefined {
    const file = this.#value('TLSCA');
    if (file !== undefined && tls !== 'require' && tls !== 'verify')
      this.#fail('TLSCA', `has no effect with ${this.#name('UseTLS')} ${tls}: write require or verify there`);
    return file;
  }

  #tls(byDefault: TlsUse): TlsUse {
    const word = this.#value('UseTLS')?.toLowerCase();
    if (word === undefined) return byDefault;
    return TLS_USES.find((use) => use === word) ?? this.#fail('UseTLS', `one of ${TLS_USES.join(', ')} is expected`);
  }
}

/** As the C client library: `localhost` is a socket. */
function mysqlPlace(
  host: string | undefined,
  socket: string | undefined,
): { readonly host: string; readonly socketPath: string | undefined } {
  if (host === undefined) return { host: '', socketPath: socket };
  if (host.toLowerCase() !== 'localhost') return { host, socketPath: undefined };
  return { host, socketPath: socket ?? MYSQL_SOCKETS.find((path) => existsSync(path)) };
}

function pgsqlPlace(host: string): { readonly host: string; readonly socketPath: string | undefined } {
  return host.startsWith('/') ? { host: '', socketPath: host } : { host, socketPath: undefined };
}

/** As in C: leading digits count, and what is no port is the usual one. */
function portOf(text: string | undefined, usual: number): number {
  const port = Number.parseInt(text ?? '', 10);
  return port >= 1 && port <= 65_535 ? port : usual;
}
