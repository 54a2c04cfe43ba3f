// npm run docs: writes the pages that are made of tables: of options the one in the README of the daemon, the manual and the
// completions; of metrics their page. With --check it writes nothing, names those that are not current, and ends with 1.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { sqlKeys } from '@pure-ftpd/auth';

import { bashCompletion } from './completion/bash.ts';
import { fishCompletion } from './completion/fish.ts';
import { zshCompletion } from './completion/zsh.ts';
import { betweenMarks } from './marks.ts';
import { ldapPage, sqlPage } from './manual/account-files.ts';
import { configurationPage } from './manual/configuration-page.ts';
import { transferLogPage, usersPage } from './manual/files.ts';
import { programPage } from './manual/program-page.ts';
import { BEYOND } from './manual/programs.ts';
import { type ManualPage, render } from './manual/roff.ts';
import { wrapperPage } from './manual/wrapper-page.ts';
import { metricsTable } from './metrics-table.ts';
import { optionsTable } from './options-table.ts';
import { commandOf, readMetrics, readPrograms, readWrapper } from './programs.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const programs = await readPrograms(root, Object.keys(BEYOND));
const daemon = programs.find(({ program }) => program === 'pure-ftpd');
if (daemon === undefined) throw new Error('the daemon has no page');
const { version } = daemon;
const wrapper = await readWrapper(root);

const manual: readonly ManualPage[] = [
  ...programs.map((program) => programPage(program, BEYOND[program.program] ?? { status: [], seeAlso: [] })),
  wrapperPage(wrapper, daemon.options),
  configurationPage(daemon),
  usersPage(version),
  sqlPage('mysql', version, sqlKeys('mysql')),
  sqlPage('pgsql', version, sqlKeys('pgsql')),
  ldapPage(version),
  transferLogPage(version),
];

/** Each file, and what should be in it. */
const files = new Map<string, string>();
const readme = 'apps/pure-ftpd/README.md';
const metrics = 'docs/metrics.md';
files.set(
  metrics,
  betweenMarks(readFileSync(join(root, metrics), 'utf8'), 'metrics', metricsTable(await readMetrics(root))),
);
files.set(readme, betweenMarks(readFileSync(join(root, readme), 'utf8'), 'options', optionsTable(daemon.options)));
for (const page of manual) files.set(`docs/manual/${page.name}.${page.section}`, render(page));
for (const command of [...programs, wrapper].map(commandOf)) {
  files.set(`docs/completion/bash/${command.program}`, bashCompletion(command));
  files.set(`docs/completion/zsh/_${command.program}`, zshCompletion(command));
  files.set(`docs/completion/fish/${command.program}.fish`, fishCompletion(command));
}

const isCheck = process.argv.includes('--check');
for (const [name, text] of files) {
  const path = join(root, name);
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  if (isCheck) {
    process.stderr.write(`${name} is not what the tables say: npm run docs\n`);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
