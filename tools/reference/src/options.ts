// npm run docs: writes the pages that are made of the daemon's table of options, the one in its README and its manual page.
// With --check it writes nothing, names those that are not current, and ends with 1.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Documented } from './documented.ts';
import { type About, manualPage } from './manual-page.ts';
import { betweenMarks } from './marks.ts';
import { optionsTable } from './options-table.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const OPTIONS = join(root, 'apps/pure-ftpd/src/options');

const { options }: { readonly options: readonly Documented[] } = await import(join(OPTIONS, 'table.ts'));
const { ABOUT }: { readonly ABOUT: About } = await import(join(OPTIONS, 'help.ts'));

/** Each page, and what it should be by what it is. */
const PAGES: Readonly<Record<string, (page: string) => string>> = {
  'apps/pure-ftpd/README.md': (page) => betweenMarks(page, 'options', optionsTable(options)),
  'docs/manual/pure-ftpd.8': () => manualPage(ABOUT, options),
};

const isCheck = process.argv.includes('--check');
for (const [name, make] of Object.entries(PAGES)) {
  const path = join(root, name);
  const before = readFileSync(path, 'utf8');
  const after = make(before);
  if (after === before) continue;
  if (isCheck) {
    process.stderr.write(`${name} is not what the option table says: npm run docs\n`);
    process.exitCode = 1;
  } else writeFileSync(path, after);
}
