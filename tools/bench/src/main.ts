// npm run bench -- [--rows NAME,...] [--markdown FILE]: measures our programs beside the others and prints a table for each row.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import yargs from 'yargs';
import { peerVersions } from './versions.ts';
import { measure, type RowResult } from './measure.ts';
import { asMarkdown, asText, machine } from './report.ts';
import type { Row } from './row.ts';
import { rows } from './rows/index.ts';

/** Memory, so that no disk is measured. */
const MEMORY = '/dev/shm';

function chosenRows(names: string | undefined): readonly Row[] {
  if (names === undefined) return rows;
  return names.split(',').map((name) => {
    const row = rows.find((one) => one.name === name);
    if (row === undefined) throw new Error(`no row ${name}: there are ${rows.map((one) => one.name).join(', ')}`);
    return row;
  });
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${text}`);
}

async function runRow(row: Row): Promise<RowResult> {
  const folder = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'pure-ftpd-bench-'));
  try {
    progress(`${row.name}: prepares`);
    await using prepared = await row.prepare({ folder });
    return await measure(row, prepared, progress);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    progress('');
  }
}

try {
  const values = await yargs(process.argv.slice(2))
    .scriptName('npm run bench --')
    .usage('$0 [options]\n\nMeasures our programs beside the others and prints a table for each row.')
    .option('rows', { type: 'string', describe: `Some rows only: ${rows.map((row) => row.name).join(',')}` })
    .option('markdown', { type: 'string', describe: 'Write the tables to this file as well' })
    .strict()
    .version(false)
    .parseAsync();
  const on = machine(peerVersions());
  process.stdout.write(`${on}\n\n`);
  const results: RowResult[] = [];
  for (const row of chosenRows(values.rows)) {
    const result = await runRow(row);
    results.push(result);
    process.stdout.write(`${asText(result)}\n`);
  }
  if (values.markdown !== undefined) writeFileSync(values.markdown, asMarkdown(results, on));
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
