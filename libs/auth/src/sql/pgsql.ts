// PostgreSQL, by pg.
import { Client } from 'pg';

import type { SqlServer } from './configuration.ts';
import { CONNECT_MS, reasonOf, type SqlConnection, type SqlDriver, SqlError, usableValue } from './connection.ts';

/** Milliseconds that a query may take, for the server and for us: more than a login has. */
const QUERY_MS = 15_000;

export const driver: SqlDriver = {
  async connect(server, ca) {
    if (server.tls !== 'prefer') return connect(server, ca, server.tls !== 'no');
    try {
      return await connect(server, ca, true);
    } catch (error) {
      if (!(error instanceof SqlError) || !/does not support SSL/i.test(error.message)) throw error;
      return connect(server, ca, false);
    }
  },
};

async function connect(server: SqlServer, ca: string | undefined, withTls: boolean): Promise<SqlConnection> {
  const { host, port, socketPath, user, password = '', database = user, tls } = server;
  const client = new Client({
    host: socketPath ?? host,
    port,
    user,
    password,
    database,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: QUERY_MS,
    statement_timeout: QUERY_MS,
    ssl: withTls && {
      // Authorities that are named have to vouch for it, by whatever name, as for the C library.
      rejectUnauthorized: tls === 'verify' || ca !== undefined,
      ...(ca === undefined ? {} : { ca }),
      ...(tls === 'verify' ? {} : { checkServerIdentity: () => undefined }),
    },
    // The text of every value, whatever its type.
    types: { getTypeParser: () => (value: string) => value },
  });
  // What breaks between queries is found out by the next one.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    destroy(client);
    throw new SqlError('SQL_CONNECTION', reasonOf(error), { cause: error });
  }
  return new PgsqlConnection(client);
}

class PgsqlConnection implements SqlConnection {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Of several results the last counts. */
  async value(text: string): Promise<Buffer | undefined> {
    try {
      const answer: unknown = await this.#client.query({ text, rowMode: 'array' });
      return onlyColumn(Array.isArray(answer) ? answer.at(-1) : answer);
    } catch (error) {
      // An error of the server has a five-letter code of SQL; all others mean that nobody is there.
      const isOfServer = error instanceof Error && 'severity' in error && error.severity === 'ERROR';
      throw new SqlError(isOfServer ? 'SQL_QUERY' : 'SQL_CONNECTION', reasonOf(error), { cause: error });
    }
  }

  destroy(): void {
    destroy(this.#client);
  }
}

function destroy(client: Client): void {
  // Says good-bye where somebody listens, and needs no answer.
  client.end().catch(() => undefined);
  client.connection?.stream.destroy();
}

function onlyColumn(result: unknown): Buffer | undefined {
  if (typeof result !== 'object' || result === null || !('rows' in result) || !Array.isArray(result.rows))
    return undefined;
  const [row, more]: unknown[] = result.rows;
  if (more !== undefined || !Array.isArray(row) || row.length !== 1) return undefined;
  const [value]: unknown[] = row;
  return typeof value === 'string' ? usableValue(Buffer.from(value)) : undefined;
}
