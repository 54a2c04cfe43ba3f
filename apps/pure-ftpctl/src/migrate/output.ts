// What a migration leaves in a folder: users, database, configuration and report.
import { mkdirSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { systemErrorText } from '@pure-ftpd/cli';
import { encodeText, printableName } from '@pure-ftpd/protocol';

import { CommandError, ExitStatus } from '../exit-status.ts';
import { changeUsers } from '../users/place.ts';
import { PrivateFile } from '../users/private-file.ts';
import type { Migration, Note } from './migration.ts';

const NAMES = {
  users: 'pureftpd.passwd',
  database: 'pureftpd.pdb',
  configuration: 'pure-ftpd.conf',
  report: 'report.txt',
};

/** What the report says, for programs. */
export interface Report {
  readonly users: number;
  readonly settings: readonly { readonly key: string; readonly value: string }[];
  readonly locked: readonly Note[];
  readonly notes: readonly Note[];
}

export function reportOf({ users, settings, locked, notes }: Migration): Report {
  return { users: users.size, settings, locked, notes };
}

/**
 * Writes all of it.
 * @param folder Made where it is not there. What it has of an earlier migration is not replaced.
 * @throws CommandError
 */
export async function writeMigration(migration: Migration, folder: string, from: string): Promise<void> {
  for (const name of Object.values(NAMES)) {
    const path = join(folder, name);
    if (existsSync(path)) throw new CommandError(`${path} is there already: name another folder`, ExitStatus.failed);
  }
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new CommandError(`${folder}: ${systemErrorText(error)}`, ExitStatus.failed, { cause: error });
  }
  const database = resolve(folder, NAMES.database);
  await changeUsers({ file: join(folder, NAMES.users), database }, [...migration.users.keys()], (_, login) =>
    migration.users.get(login),
  );
  write(join(folder, NAMES.configuration), configurationText(migration, database, from));
  write(join(folder, NAMES.report), reportText(migration, from));
}

function write(path: string, text: string): void {
  using file = PrivateFile.create(path);
  file.write(encodeText(text));
  file.finish();
}

function configurationText({ settings, users }: Migration, database: string, from: string): string {
  const lines = settings.map(({ key, value }) => `${key.padEnd(20)} ${value}`);
  const puredb = users.size === 0 ? [] : [`${'PureDB'.padEnd(20)} ${database}`];
  return [
    `# From ${printableName(from)}, by pure-ftpctl migrate. What has no equivalent is in ${NAMES.report}.`,
    ...puredb,
    ...lines,
    '',
  ].join('\n');
}

/** For people: what was taken, who cannot log in, what is left to do. */
export function reportText({ users, settings, locked, notes }: Migration, from: string): string {
  const parts = [
    `From ${printableName(from)}: ${users.size} users, ${locked.length} of them locked; ${settings.length} settings.`,
    ...section('Locked: these users cannot log in', locked),
    ...section('Without an equivalent, or to be looked at', notes),
  ];
  return `${parts.join('\n')}\n`;
}

function section(title: string, notes: readonly Note[]): string[] {
  return notes.length === 0
    ? []
    : ['', `${title}:`, ...notes.map(({ where, text }) => `  ${printableName(where)}: ${printableName(text)}`)];
}
