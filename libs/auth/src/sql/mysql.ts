// MySQL and MariaDB, by mysql2.
import { type Connection, createConnection } from 'mysql2';

import type { SqlServer } from './configuration.ts';
import { CONNECT_MS, reasonOf, type SqlConnection, type SqlDriver, SqlError, usableValue } from './connection.ts';

/** Rows after which a query is no query for one value, and the connection is given up. */
const MAX_ROWS = 1000;

export const driver: SqlDriver = {
  async connect(server, ca) {
    if (server.tls !== 'prefer') return connect(server, ca, server.tls !== 'no');
    try {
      return await connect(server, ca, true);
    } catch (error) {
      if (!(error instanceof SqlError) || !/does not support secure/i.test(error.message)) throw error;
      return connect(server, ca, false);
    }
  },
};

async function connect(server: SqlServer, ca: string | undefined, withTls: boolean): Promise<SqlConnection> {
  const { host, port, socketPath, user, password, database, tls } = server;
  const connection = createConnection({
    ...(socketPath === undefined ? { host, port } : { socketPath }),
    user,
    ...(password === undefined ? {} : { password }),
    ...(database === undefined ? {} : { database }),
    ...(withTls
      ? {
          ssl: {
            // Authorities that are named have to vouch for it, by whatever name.
            rejectUnauthorized: tls === 'verify' || ca !== undefined,
            ...(ca === undefined ? {} : { ca }),
            // Of an address it would take a certificate for localhost: the configuration has none then.
            verifyIdentity: tls === 'verify',
          },
        }
      : {}),
    charset: 'utf8mb4',
    connectTimeout: CONNECT_MS,
    multipleStatements: true,
    rowsAsArray: true,
    typeCast: (field) => field.buffer(),
    // No server may ask for a file of this machine.
    flags: ['-LOCAL_FILES'],
  });
  // What breaks later is told to who asks.
  connection.on('error', () => undefined);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  connection.connect((error) => (error === null ? resolve() : reject(error)));
  try {
    await promise;
  } catch (error) {
    connection.destroy();
    throw new SqlError('SQL_CONNECTION', reasonOf(error), { cause: error });
  }
  return new MysqlConnection(connection);
}

class MysqlConnection implements SqlConnection {
  readonly #connection: Connection;
  /** Rejects when the connection breaks: a query does not hear of that. */
  readonly #broken: Promise<never>;

  constructor(connection: Connection) {
    this.#connection = connection;
    const { promise, reject } = Promise.withResolvers<never>();
    this.#broken = promise;
    // Between queries nobody listens.
    promise.catch(() => undefined);
    connection.on('error', (error: Error) => reject(new SqlError('SQL_CONNECTION', reasonOf(error), { cause: error })));
  }

  value(text: string): Promise<Buffer | undefined> {
    return Promise.race([this.#broken, this.#ask(text)]);
  }

  /** Of several results the first counts; errors behind it do not. */
  #ask(text: string): Promise<Buffer | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<Buffer | undefined>();
    const query = this.#connection.query(text);
    let rows = 0;
    let first: unknown;
    let isOver = false;
    query.on('result', (row: unknown, index: number) => {
      rows += 1;
      if (rows > MAX_ROWS) {
        this.destroy();
        resolve(undefined);
      }
      if (index > 0 || !Array.isArray(row)) isOver = true;
      else if (!isOver && first === undefined) first = row;
      else if (!isOver) first = [];
    });
    query.on('error', (error: Error & { readonly fatal?: boolean; readonly errno?: number }) => {
      if (isOver || error.fatal === true || error.errno === undefined || error.errno < 0) {
        if (first !== undefined && error.fatal !== true) resolve(onlyColumn(first));
        else reject(new SqlError(isFatal(error) ? 'SQL_CONNECTION' : 'SQL_QUERY', reasonOf(error), { cause: error }));
      } else if (first === undefined) reject(new SqlError('SQL_QUERY', reasonOf(error), { cause: error }));
      else resolve(onlyColumn(first));
    });
    query.on('end', () => resolve(onlyColumn(first)));
    return promise;
  }

  destroy(): void {
    this.#connection.destroy();
  }
}

function isFatal({ fatal, errno }: { readonly fatal?: boolean; readonly errno?: number }): boolean {
  return fatal === true || errno === undefined || errno < 0;
}

function onlyColumn(row: unknown): Buffer | undefined {
  if (!Array.isArray(row) || row.length !== 1) return undefined;
  const [value]: unknown[] = row;
  return value instanceof Uint8Array ? usableValue(value) : undefined;
}
