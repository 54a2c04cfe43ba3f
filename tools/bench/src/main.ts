// npm run bench -- [--rows NAME,...] ...: measures our programs beside the others and prints a table for each row.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import yargs from 'yargs';
import { chart } from './chart.ts';
import { discardDownloads, killClients } from './client.ts';
import { measure, type RowResult, whatOf } from './measure.ts';
import { asMarkdown, asText, machine } from './report.ts';
import type { Row } from './row.ts';
import { chosenRows, ROWS, SETS } from './rows/index.ts';
import { SLUGS } from './servers/index.ts';
import { peerVersions } from './versions.ts';

/** Memory, so that no disk is measured. */
const MEMORY = '/dev/shm';

interface Options {
  readonly runs: number | undefined;
  readonly spread: boolean;
  readonly scale: number;
  readonly disk: string | undefined;
  readonly servers: ReadonlySet<string> | undefined;
  readonly profiles: string | undefined;
}

const interrupted = new AbortController();

/** Servers run for months. What one does in its first second, when nothing has been compiled yet, says little of them. */
const WARM_UP_SECONDS = 5;

/** Everything that was started has an owner that ends it: what runs is made to fail, and the way out is the usual one. */
function interrupt(signal: NodeJS.Signals): void {
  interrupted.abort(new Error(`ended by ${signal}`));
  killClients();
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${text}`);
}

/** Throws a RangeError for a name that no server has. */
function chosenServers(names: string | undefined): ReadonlySet<string> | undefined {
  if (names === undefined) return undefined;
  const chosen = new Set(names.split(','));
  const unknown = [...chosen].find((name) => !SLUGS.includes(name));
  if (unknown !== undefined) throw new RangeError(`no server ${unknown}: there are ${SLUGS.join(', ')}`);
  return chosen;
}

async function runRow(row: Row, { runs, spread, scale, disk, servers, profiles }: Options): Promise<RowResult> {
  const place = disk ?? (existsSync(MEMORY) ? MEMORY : tmpdir());
  const folder = mkdtempSync(join(place, 'pure-ftpd-bench-'));
  const scaled = (usual: number): number => Math.max(1, Math.round(usual * scale));
  try {
    progress(`${row.name}: prepares`);
    await using prepared = await row.prepare({ folder, servers, scaled, profiles });
    const warmUpSeconds = scale < 1 ? 0 : WARM_UP_SECONDS;
    return await measure(row, prepared, {
      runs,
      spread,
      warmUpSeconds,
      onProgress: progress,
      signal: interrupted.signal,
    });
  } catch (error) {
    interrupted.signal.throwIfAborted();
    process.exitCode = 1;
    return { row, results: [], notes: [`The row failed: ${whatOf(error)}`], runs: 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    progress('');
  }
}

try {
  const values = await yargs(process.argv.slice(2))
    .scriptName('npm run bench --')
    .usage('$0 [options]\n\nMeasures our programs beside the others and prints a table for each row.')
    .option('rows', {
      type: 'string',
      describe: `Some rows or sets of rows only: ${[...Object.keys(SETS), ...ROWS.map((row) => row.name)].join(',')}`,
    })
    .option('servers', { type: 'string', describe: `Some servers only: ${SLUGS.join(',')}` })
    .option('runs', { type: 'number', describe: 'How often everyone is measured, instead of the number of each row' })
    .option('scale', { type: 'number', default: 1, describe: 'Multiplies sizes and numbers: to try things out' })
    .option('disk', { type: 'string', describe: 'Files are in this folder instead of memory' })
    .option('spread', { type: 'boolean', default: false, describe: 'Notes say between what each figure was' })
    .option('discard', { type: 'boolean', default: false, describe: 'The client does not read what it downloads' })
    .option('profiles', {
      type: 'string',
      describe: 'Our daemon leaves profiles of its processor in this folder, which everybody may write to',
    })
    .option('markdown', { type: 'string', describe: 'Write the tables to this file as well' })
    .option('svg', { type: 'string', describe: 'Write a chart of the ratios to this file as well' })
    .strict()
    .version(false)
    .parseAsync();
  const { scale, runs, disk } = values;
  if (!(scale > 0)) throw new RangeError(`--scale ${scale}: a number above 0 is needed`);
  if (runs !== undefined && !(Number.isInteger(runs) && runs > 0))
    throw new RangeError(`--runs ${runs}: a whole number above 0 is needed`);
  const options = {
    runs,
    spread: values.spread,
    scale,
    disk,
    servers: chosenServers(values.servers),
    profiles: values.profiles,
  };
  if (values.discard) discardDownloads();
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const on = machine(peerVersions(), { scale, disk: disk !== undefined, discard: values.discard });
  process.stdout.write(`${on}\n\n`);
  const results: RowResult[] = [];
  for (const row of chosenRows(values.rows)) {
    const result = await runRow(row, options);
    results.push(result);
    process.stdout.write(`${asText(result)}\n`);
    // Written after each row: what is interrupted has the rows that were measured.
    if (values.markdown !== undefined) writeFileSync(values.markdown, asMarkdown(results, on));
    if (values.svg !== undefined) writeFileSync(values.svg, chart(results, on));
  }
} catch (error) {
  process.stderr.write(`bench: ${whatOf(error)}\n`);
  process.exitCode = 1;
} finally {
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
}
