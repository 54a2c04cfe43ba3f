import type { SqlServer } from './configuration.ts';

/** More of a value is none: nothing of an account is as long. */
export const MAX_VALUE_BYTES = 65_536;

/** How long a connection may take to come about, in milliseconds. */
export const CONNECT_MS = 5000;

/** A query, or the connection, has failed. The message is the server's, and never holds a password. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
  readonly code: 'SQL_CONNECTION' | 'SQL_QUERY';

  constructor(code: SqlError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A connection to a database. */
export interface SqlConnection {
  /**
   * The one value that a query answers with: one row with one column that is neither NULL nor empty [sql.md §4].
   * @returns undefined where there is no such value.
   * @throws SqlError.
   */
  value(query: string): Promise<Buffer | undefined>;
  /** Closes it at once. May be called again. */
  destroy(): void;
}

/** Speaks to the servers of one kind. */
export interface SqlDriver {
  /** @throws SqlError with code `SQL_CONNECTION`. */
  connect(server: SqlServer, ca: string | undefined): Promise<SqlConnection>;
}

/** A value as C has it: it ends at a NUL, and an empty one is none. */
export function usableValue(bytes: Uint8Array | null | undefined): Buffer | undefined {
  if (bytes === null || bytes === undefined || bytes.length > MAX_VALUE_BYTES) return undefined;
  const end = bytes.indexOf(0);
  const value = Buffer.from(end === -1 ? bytes : bytes.subarray(0, end));
  return value.length === 0 ? undefined : value;
}

/** What an error says, in one line. */
export function reasonOf(error: unknown): string {
  const text = error instanceof AggregateError ? String(error.errors[0]?.message ?? error.message) : undefined;
  return (text ?? (error instanceof Error ? error.message : String(error))).replaceAll(/\s+/g, ' ');
}
