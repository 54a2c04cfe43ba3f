import { writeAll } from '@pure-ftpd/cli';
import { formatJson, formatPage, forPeople, refreshOf, type SessionView } from '@pure-ftpd/status';

import { CommandError, ExitStatus } from '../exit-status.ts';
import type { Given } from '../given.ts';
import { hasColours } from '../painted.ts';
import { lookedUp, sourceOf } from '../sessions/source.ts';

/** Wide enough for all columns of the table, where no terminal sets a width. */
const WIDTH_IN_A_PIPE = 160;

/** Shows who is connected, and what is transferred. */
export async function sessions(given: Given): Promise<number> {
  const { options } = given;
  if (options.has('json') && options.has('page')) throw new CommandError('choose one of --json and --page');
  const source = await sourceOf(given, true);
  const now = BigInt(Math.floor(Date.now() / 1000));
  const views = await lookedUp(source, now);
  const text = options.has('json')
    ? formatJson(views, now)
    : options.has('page')
      ? formatPage(views, { now, refresh: refreshOf(undefined), isLive: false })
      : await table(views, source.hasServers === true);
  writeAll(1, Buffer.from(text));
  return ExitStatus.done;
}

async function table(views: readonly SessionView[], hasServers: boolean): Promise<string> {
  if (views.length === 0) return 'Nobody is connected.\n';
  const { sessionTable } = await import('@pure-ftpd/status/table');
  const columns = process.stdout.columns ?? WIDTH_IN_A_PIPE;
  return `${sessionTable(forPeople(views), { columns, rate: meanRate, hasServers, hasColours: hasColours() })}\n`;
}

/** Since the transfer began: a single look knows no other. */
function meanRate({ bytesPerSecond }: SessionView): number {
  return Number(bytesPerSecond);
}
