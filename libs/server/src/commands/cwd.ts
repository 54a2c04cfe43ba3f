// RFC 959 §4.1.1: CHANGE WORKING DIRECTORY (CWD), CHANGE TO PARENT DIRECTORY (CDUP)
import type { CommandRow } from '../contract/command.ts';
import { fileOutcome } from '../errors.ts';
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';

export async function cwd(session: Session, path: string): Promise<Outcome> {
  try {
    await session.fs.chdir(path);
  } catch (error) {
    return fileOutcome(error, path);
  }
  session.cwd = path;
  return { name: 'directoryChanged', path };
}

/** The row of CDUP in the table of verbs. */
export const cdupRow: CommandRow = {
  verb: 'CDUP',
  methods: ['CDUP', 'CWD'],
  argument: 'none',
  phase: 'loggedIn',
  permission: 'e',
  path: 'follow',
  before: 'onBeforeChangeDirectory',
  implied: '..',
  syntax: '',
  help: 'go to the parent directory',
  run: cwd,
};

/** The row of CWD in the table of verbs. */
export const cwdRow: CommandRow = {
  verb: 'CWD',
  argument: 'optional',
  // Without an argument it goes to the root, as in pyftpdlib.
  prepare: (argument) => (argument === '' ? '/' : argument),
  phase: 'loggedIn',
  permission: 'e',
  path: 'follow',
  before: 'onBeforeChangeDirectory',
  syntax: '[<SP> path]',
  help: 'change directory',
  run: cwd,
};
