// RFC 3659 §7: MLSD and MLST
import type { CommandRow } from '../contract/command.ts';
import { formatFactsLine, type ListEntry, permFact, formatFactsFeature } from '@pure-ftpd/protocol';

import type { Permission } from '../contract/authorizer.ts';
import { fileOutcome } from '../errors.ts';
import type { Session } from '../contract/session.ts';
import { entriesInPages, entriesOf, isListable, listEntry } from '../listing/entries.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { LongWork } from '../long-work.ts';
import { mayUser } from '../user-code/permission.ts';
import type { Awaitable } from '../contract/virtual-file.ts';
import { sendEntries, sendListing } from './list.ts';

const PERMISSIONS: readonly Permission[] = ['e', 'l', 'r', 'a', 'd', 'f', 'm', 'w', 'M', 'T'];

const DIRECTORY = { type: 'dir' } as const;

export interface FactListOptions {
  /** Shows the directory itself and the one above it, too. */
  readonly dots?: boolean;
}

export async function mlsd(session: Session, path: string, options: FactListOptions = {}): Promise<Outcome> {
  const { fs } = session;
  const work = new LongWork(session);
  try {
    const stats = await fs.stat(path);
    if (stats.type !== 'dir') return { name: 'notDirectory', path, verb: 'MLSD' };
    const directory = await fs.openDirectory(path);
    try {
      const { dots = false } = options;
      if (directory.pages !== undefined) {
        const paged = entriesInPages(fs, path, directory.pages(), { keep: isListable, dots }, work);
        return await sendEntries(session, paged, (entries) => factLines(session, path, entries));
      }
      const names = await work.filter(await directory.names(), isListable);
      if (dots) names.unshift('.', '..');
      const listed = names.slice(0, session.settings.maxListed);
      const entries = entriesOf(fs, path, directory, listed, work);
      const truncated = listed.length < names.length;
      const result = { options: '', entries: listed.length, truncated };
      return await sendListing(session, factLines(session, path, entries), () => result);
    } finally {
      await directory.close();
    }
  } catch (error) {
    return fileOutcome(error, path);
  }
}

export interface FactOptions {
  /** The name in the reply, instead of the whole path. */
  readonly shown?: string;
  /** What the client called it: the current directory, or the one above. */
  readonly special?: 'cdir' | 'pdir';
}

export async function mlst(session: Session, path: string, options: FactOptions = {}): Promise<Outcome> {
  const { fs } = session;
  let entry: ListEntry;
  try {
    const stats = await fs.lstat(path);
    const target = stats.type === 'link' ? await fs.readlink(path) : undefined;
    entry = listEntry(fs, options.shown ?? path, stats, target);
  } catch (error) {
    return fileOutcome(error, path);
  }
  const perm = permFact(await permissionsOn(session, path), entry);
  return { name: 'factList', path, facts: formatFactsLine(entry, session.facts, { perm, special: options.special }) };
}

async function* factLines(
  session: Session,
  path: string,
  entries: AsyncIterable<ListEntry[]>,
): AsyncGenerator<string[]> {
  const { facts } = session;
  // Permissions change from directory to directory, not from file to file.
  const perms = await permissionsOn(session, path);
  const ofFile = { perm: permFact(perms, { type: 'file' }) };
  for await (const slice of entries) {
    const lines: string[] = [];
    for (const entry of slice) {
      if (entry.type !== 'dir') lines.push(formatFactsLine(entry, facts, ofFile));
      else if (entry.name === '.')
        lines.push(formatFactsLine(entry, facts, { perm: permFact(perms, DIRECTORY), special: 'cdir' }));
      else if (entry.name === '..')
        lines.push(formatFactsLine(entry, facts, { perm: permFact(perms, DIRECTORY), special: 'pdir' }));
      else {
        const below = permissionsOn(session, path === '/' ? `/${entry.name}` : `${path}/${entry.name}`);
        const letters = typeof below === 'string' ? below : await below;
        lines.push(formatFactsLine(entry, facts, { perm: permFact(letters, DIRECTORY) }));
      }
    }
    yield lines;
  }
}

/** The letters of all permissions the user has on a path; at once, where each is told at once. */
function permissionsOn(session: Session, path: string): Awaitable<string> {
  const answers = PERMISSIONS.map((permission) => mayUser(session, permission, path));
  const letters = (granted: readonly boolean[]): string => PERMISSIONS.filter((_, at) => granted[at] === true).join('');
  if (answers.every((answer) => typeof answer === 'boolean')) return letters(answers);
  return Promise.all(answers.map((answer) => Promise.resolve(answer))).then(letters);
}

/** The row of MLSD in the table of verbs. */
export const mlsdRow: CommandRow = {
  verb: 'MLSD',
  argument: 'optional',
  phase: 'loggedIn',
  transfers: true,
  permission: 'l',
  path: 'follow',
  syntax: '[<SP> path]',
  help: 'list a directory for programs',
  run: mlsd,
};

/** The row of MLST in the table of verbs. */
export const mlstRow: CommandRow = {
  verb: 'MLST',
  argument: 'optional',
  phase: 'loggedIn',
  permission: 'l',
  path: 'link',
  feature: (session) => `MLST ${formatFactsFeature(session.settings.offeredFacts, session.facts)}`,
  syntax: '[<SP> path]',
  help: 'show facts of a path',
  run: mlst,
};
