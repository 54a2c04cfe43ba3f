import type { Row } from '../row.ts';
import { loginsLdap, loginsMysql, loginsPgsql } from './accounts.ts';
import { cli } from './cli.ts';
import { coldAgain, coldStart } from './cold.ts';
import { ftpbench } from './ftpbench.ts';
import { hash, list, mlsd, pattern } from './listing.ts';
import { lookup } from './lookup.ts';
import { ftpwho } from './ftpwho.ts';
import { idle, idleMany, slowReaders } from './memory.ts';
import { metrics } from './metrics.ts';
import { mkdb } from './mkdb.ts';
import { quotacheck } from './quotacheck.ts';
import { logins, loginsClear, noop, tlsLogins } from './sessions.ts';
import { throttle } from './throttle.ts';
import { manyRetr, manyStor, retr, smallGet, smallPut, stor, tlsRetr, tlsStor } from './transfer.ts';

/** Rows that are of one kind, by the name that `--rows` takes for all of them. A new row is added to one of them. */
export const SETS: Readonly<Record<string, readonly Row[]>> = {
  transfers: [retr, stor, manyRetr, manyStor, smallGet, smallPut],
  sessions: [logins, loginsClear, noop],
  cold: [coldStart, coldAgain],
  accounts: [loginsMysql, loginsPgsql, loginsLdap],
  listings: [list, mlsd, pattern, hash],
  memory: [idle, idleMany, slowReaders],
  tls: [tlsRetr, tlsStor, tlsLogins],
  throttling: [throttle],
  watching: [metrics],
  pyftpdlib: [ftpbench],
  tools: [cli, mkdb, lookup, quotacheck, ftpwho],
};

/** All rows, in the order in which they are measured. */
export const ROWS: readonly Row[] = Object.values(SETS).flat();

/** The rows that a list of names and sets separated by commas means, each once. Throws an Error for a name that is neither. */
export function chosenRows(names: string | undefined): readonly Row[] {
  if (names === undefined) return ROWS;
  const chosen = names.split(',').flatMap((name) => {
    const found = SETS[name] ?? ROWS.filter((row) => row.name === name);
    if (found.length > 0) return found;
    throw new Error(`no row ${name}: there are ${[...Object.keys(SETS), ...ROWS.map((row) => row.name)].join(', ')}`);
  });
  return [...new Set(chosen)];
}
