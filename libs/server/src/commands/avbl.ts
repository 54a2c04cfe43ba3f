// draft-peterson-streamlined-ftp-command-extensions §4: AVBL, the space that is left
import type { CommandRow } from '../contract/command.ts';
import { fileOutcome } from '../errors.ts';
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';

export async function avbl(session: Session, path: string): Promise<Outcome> {
  try {
    if ((await session.fs.stat(path)).type !== 'dir') return { name: 'notDirectory', path, verb: 'AVBL' };
    return { name: 'spaceAvailable', bytes: (await session.fs.statfs(path)).free };
  } catch (error) {
    return fileOutcome(error, path);
  }
}

/** The row of AVBL in the table of verbs. */
export const avblRow: CommandRow = {
  verb: 'AVBL',
  needs: 'space',
  argument: 'optional',
  phase: 'loggedIn',
  permission: 'l',
  path: 'follow',
  feature: 'AVBL',
  syntax: '[<SP> path]',
  help: 'show the space that is left',
  run: avbl,
};
