// The programs, by what they say of themselves. They are never imported, but loaded as any reader of theirs would.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { options } from '@pure-ftpd/options';

import type { Action, Command } from './completion/command.ts';
import type { Program } from './documented.ts';
import type { DocumentedMetrics } from './metrics-table.ts';
import { usableOptions } from './manual/program-page.ts';

/** @param names Their folders below `apps`. */
export async function readPrograms(root: string, names: readonly string[]): Promise<Program[]> {
  return Promise.all(
    names.map(async (name) => {
      const folder = join(root, 'apps', name);
      const { description: summary }: { readonly description: string } = JSON.parse(
        readFileSync(join(folder, 'package.json'), 'utf8'),
      );
      return { ...(await pageOf(name, join(folder, 'src'))), summary };
    }),
  );
}

/** The daemon by the name under which it reads a tree of files. */
export async function readWrapper(root: string): Promise<Program> {
  const { PAGE }: { readonly PAGE: Omit<Program, 'summary'> } = await import(
    join(root, 'apps/pure-ftpd/src/wrapper.ts')
  );
  return { ...PAGE, summary: 'Starts pure-ftpd with the options of a tree of files' };
}

/** What the daemon tells of itself to who watches it. */
export async function readMetrics(root: string): Promise<DocumentedMetrics> {
  const { METRICS }: { readonly METRICS: DocumentedMetrics } = await import(
    join(root, 'apps/pure-ftpd/src/metrics/table.ts')
  );
  return METRICS;
}

async function pageOf(name: string, sources: string): Promise<Omit<Program, 'summary'>> {
  if (name !== 'pure-ftpd') {
    const { PAGE }: { readonly PAGE: Omit<Program, 'summary'> } = await import(join(sources, 'about.ts'));
    return PAGE;
  }
  // That of the daemon has its options apart, since not all of them can be used.
  const { ABOUT }: { readonly ABOUT: Omit<Program, 'summary' | 'options'> } = await import(join(sources, 'help.ts'));
  return { ...ABOUT, options };
}

/** What `pure-pw` does, by the word that says it. */
const USER_ACTIONS: readonly Action[] = [
  { name: 'useradd', description: 'add a user', takesLogin: false },
  { name: 'usermod', description: 'change a user', takesLogin: true },
  { name: 'userdel', description: 'delete a user', takesLogin: true },
  { name: 'passwd', description: 'set the password of a user', takesLogin: true },
  { name: 'show', description: 'show a user', takesLogin: true },
  { name: 'list', description: 'list the users', takesLogin: false },
  { name: 'mkdb', description: 'make the database', takesLogin: false },
  { name: 'hash', description: 'print the hash of a password', takesLogin: false },
];

/** Programs that are called with files. */
const TAKE_FILES = ['pure-ftpctl', 'pure-ftpd', 'pure-statsdecode'];

export function commandOf(program: Program): Command {
  return {
    program: program.program,
    options: usableOptions(program),
    ...(program.program === 'pure-pw' ? { actions: USER_ACTIONS } : {}),
    ...(program.subcommands === undefined ? {} : { subcommands: program.subcommands }),
    takesFile: TAKE_FILES.includes(program.program),
  };
}
