import type { Row } from '../row.ts';
import { cli } from './cli.ts';
import { lookup } from './lookup.ts';
import { mkdb } from './mkdb.ts';
import { idle, logins, noop } from './sessions.ts';
import { retr, stor } from './transfer.ts';

/** All rows, in the order in which they are measured. A new one is added here. */
export const rows: readonly Row[] = [mkdb, lookup, cli, logins, noop, idle, retr, stor];
