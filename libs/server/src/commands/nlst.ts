// RFC 959 §4.1.3: NAME LIST (NLST); RFC 1123 §4.1.2.7: every name can be given to RETR as it is
import type { ListEntry } from '@pure-ftpd/protocol';

import type { CommandRow } from '../contract/command.ts';
import { fileOutcome, isFileError } from '../errors.ts';
import type { VirtualDirectory } from '../contract/virtual-file.ts';
import type { Session } from '../contract/session.ts';
import { entriesInPages, isListable } from '../listing/entries.ts';
import { sortedNames } from '../listing/sorted.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { LongWork } from '../long-work.ts';
import { admitPath } from '../session/policy.ts';
import { sendEntries, sendListing } from './list.ts';

/** Names that go out as one. */
const NAMES_A_PART = 4096;

export interface NameListOptions {
  /** Shows `.` and `..`, too. */
  readonly dots?: boolean;
  /** What is no directory is an error, instead of being listed as itself. */
  readonly directoriesOnly?: boolean;
}

export async function nlst(session: Session, argument: string, options: NameListOptions = {}): Promise<Outcome> {
  const shown = withoutOptions(argument);
  const admitted = await admitPath(session, { path: 'follow', permission: 'l', verb: 'NLST' }, shown);
  if ('name' in admitted) return admitted;
  const work = new LongWork(session);
  if (options.directoriesOnly !== true && (await isNoDirectory(session, admitted.path))) {
    // RFC 1123 §4.1.2.7: a name that can be given to RETR.
    return sendListing(session, prefixed([shown], '', work), () => ({ options: '', entries: 1, truncated: false }));
  }
  const prefix = shown === '' || shown.endsWith('/') ? shown : `${shown}/`;
  const { dots = false } = options;
  let directory: VirtualDirectory | undefined;
  try {
    directory = await session.fs.openDirectory(admitted.path);
    if (directory.pages !== undefined) {
      const paged = entriesInPages(session.fs, admitted.path, directory.pages(), { keep: isListable, dots }, work);
      return await sendEntries(session, paged, (entries) => namesOf(entries, prefix));
    }
    const names = await sortedNames(await work.filter(await directory.names(), isListable), work);
    await directory.close();
    directory = undefined;
    if (dots) names.unshift('.', '..');
    const listed = names.slice(0, session.settings.maxListed);
    const truncated = listed.length < names.length;
    return await sendListing(session, prefixed(listed, prefix, work), () => ({
      options: '',
      entries: listed.length,
      truncated,
    }));
  } catch (error) {
    return fileOutcome(error, shown);
  } finally {
    await directory?.close();
  }
}

async function* namesOf(entries: AsyncIterable<ListEntry[]>, prefix: string): AsyncGenerator<string[]> {
  for await (const slice of entries) yield slice.map(({ name }) => prefix + name);
}

/** What is not there is for the listing to say. */
async function isNoDirectory(session: Session, path: string): Promise<boolean> {
  try {
    return (await session.fs.stat(path)).type !== 'dir';
  } catch (error) {
    if (isFileError(error)) return false;
    throw error;
  }
}

/** Clients send options of `ls` where the standard has a path; `-la dir` means `dir`. */
export function withoutOptions(argument: string): string {
  return argument.replace(/^(?:-\S*(?: |$))+/, '');
}

async function* prefixed(names: readonly string[], prefix: string, work: LongWork): AsyncGenerator<string[]> {
  for (let at = 0; at < names.length; at += NAMES_A_PART) {
    yield names.slice(at, at + NAMES_A_PART).map((name) => prefix + name);
    if (work.isDue) await work.turn();
  }
}

/** The row of NLST in the table of verbs. */
export const nlstRow: CommandRow = {
  verb: 'NLST',
  argument: 'optional',
  phase: 'loggedIn',
  transfers: true,
  permission: 'l',
  syntax: '[<SP> path]',
  help: 'list names',
  run: nlst,
};
