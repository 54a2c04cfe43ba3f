// What is wrong with a database, asked for before anybody logs in.
import { within } from '../within.ts';
import type { SqlConfiguration } from './configuration.ts';
import { reasonOf, type SqlConnection, SqlError } from './connection.ts';
import type { QueryTemplate, SqlValues } from './template.ts';

/** Nobody's, and of digits: it can stand wherever a login may. */
const NOBODY: SqlValues = { login: '0', localAddress: '127.0.0.1', localPort: 21, clientAddress: '127.0.0.1' };

/**
 * Sends each query once, in a transaction that is rolled back.
 * @param signal Raised when it takes too long.
 * @returns What is wrong, in one line with file, line and remedy; undefined when nothing is.
 */
export async function probeDatabase(
  configuration: SqlConfiguration,
  connect: () => Promise<SqlConnection>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { place, server, dialect } = configuration;
  const serverKey = dialect === 'mysql' && server.host === '' ? 'Socket' : 'Server';
  let connection: SqlConnection | undefined;
  let asked = serverKey;
  try {
    connection = await connect();
    await within(connection.value('START TRANSACTION'), signal);
    for (const { key, query } of queriesOf(configuration)) {
      asked = key;
      const text = query.render(NOBODY);
      if (text !== undefined) await within(connection.value(text), signal);
    }
    await within(connection.value('ROLLBACK'), signal);
    return undefined;
  } catch (error) {
    if (signal.aborted) return `${place(asked)}: no answer from the database in time: ${SERVER_REMEDY}`;
    if (!(error instanceof SqlError)) throw error;
    if (error.code === 'SQL_QUERY')
      return `${place(asked)}: the database refuses the query: ${reasonOf(error)}: mend it, or grant its user what it reads`;
    const { key, remedy } = blame(error) ?? { key: serverKey, remedy: SERVER_REMEDY };
    return `${place(key)}: the database cannot be asked: ${reasonOf(error)}: ${remedy}`;
  } finally {
    connection?.destroy();
  }
}

function queriesOf(
  configuration: SqlConfiguration,
): readonly { readonly key: string; readonly query: QueryTemplate }[] {
  const { password, uid, gid, directory, limits } = configuration;
  return [
    { key: 'GetPW', query: password },
    ...('query' in uid ? [{ key: 'GetUID', query: uid.query }] : []),
    ...('query' in gid ? [{ key: 'GetGID', query: gid.query }] : []),
    { key: 'GetDir', query: directory },
    ...limits.map(({ key, query }) => ({ key: `Get${key}`, query })),
  ];
}

const SERVER_REMEDY = 'start it, or mend where it is';

/** By the codes of errors of MySQL, of PostgreSQL and of TLS, the key to look at. */
const BLAMES: readonly { readonly codes: RegExp; readonly key: string; readonly remedy: string }[] = [
  { codes: /ER_ACCESS_DENIED|^28/, key: 'User', remedy: 'mend the user or the password here, or grant it access' },
  { codes: /ER_BAD_DB|ER_DBACCESS|^3D/, key: 'Database', remedy: 'mend the name, or grant its user access' },
  {
    codes: /SSL|TLS|CERT|VERIFY|SIGNATURE/,
    key: 'UseTLS',
    remedy: 'mend TLS of the database, or which authority and name it has here',
  },
];

function blame({ cause, message }: SqlError): (typeof BLAMES)[number] | undefined {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : message;
  return BLAMES.find(({ codes }) => codes.test(code));
}
