// RFC 959 §4.1.3: NAME LIST (NLST); RFC 1123 §4.1.2.7: every name can be given to RETR as it is
import { fileOutcome } from '../errors.ts';
import type { VirtualDirectory } from '../filesystem/virtual-file.ts';
import type { Session } from '../contract/session.ts';
import { isListable, SLICE } from '../listing/entries.ts';
import { sortNames } from '../listing/sort-names.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { admitPath } from '../session/policy.ts';
import { sendListing } from './list.ts';

export interface NameListOptions {
  /** Shows `.` and `..`, too. */
  readonly dots?: boolean;
}

export async function nlst(session: Session, argument: string, options: NameListOptions = {}): Promise<Outcome> {
  const shown = withoutOptions(argument);
  const admitted = await admitPath(session, { path: 'follow', permission: 'l', verb: 'NLST' }, shown);
  if ('name' in admitted) return admitted;
  let names: string[];
  try {
    const directory: VirtualDirectory = await session.fs.openDirectory(admitted.path);
    try {
      names = (await directory.names()).filter(isListable);
    } finally {
      await directory.close();
    }
  } catch (error) {
    return fileOutcome(error, shown);
  }
  names = await sortNames(names);
  if (options.dots === true) names.unshift('.', '..');
  const prefix = shown === '' || shown.endsWith('/') ? shown : `${shown}/`;
  const listed = names.slice(0, session.settings.maxListed);
  const truncated = listed.length < names.length;
  return sendListing(session, prefixed(listed, prefix), () => ({ options: '', entries: listed.length, truncated }));
}

/** Clients send options of `ls` where the standard has a path; `-la dir` means `dir`. */
export function withoutOptions(argument: string): string {
  return argument.replace(/^(?:-\S*(?: |$))+/, '');
}

async function* prefixed(names: readonly string[], prefix: string): AsyncGenerator<string[]> {
  for (let at = 0; at < names.length; at += SLICE * 8) {
    yield names.slice(at, at + SLICE * 8).map((name) => prefix + name);
  }
}
