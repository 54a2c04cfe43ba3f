// Names of directories are not tried out [server-protocol §5.1].
import type { CommandResult } from '@pure-ftpd/server';
import type { Slots, StateOf } from '@pure-ftpd/server/internal';

import type { Feature, Run } from '../contract/feature.ts';
import type { PureFtpdSession } from '../contract/session.ts';
import { pause } from '../login/pause.ts';

/** A session that fails so often in a row looks for something; it is ended. */
const MAX_FAILURES = 50;

const STATE = {
  /** CWD that failed since one succeeded. */
  failedDirectories: { initial: () => 0 },
} as const satisfies Slots;

type GuessingSession = PureFtpdSession & StateOf<typeof STATE>;

/** Failures are answered ever slower. */
async function slowly(session: GuessingSession, argument: string, run: Run): Promise<CommandResult> {
  const result = await run(session, argument);
  if (typeof result === 'object' && result.name === 'directoryChanged') {
    session.failedDirectories = 0;
    return result;
  }
  if (session.failedDirectories >= MAX_FAILURES) {
    session.close('too many failed changes of directory');
    return undefined;
  }
  await pause(session.failedDirectories * session.settings.directoryDelayUnit * 1000, session.ending);
  session.failedDirectories += 1;
  return result;
}

function guarded(run: Run): Run {
  return (session: GuessingSession, argument: string) => slowly(session, argument, run);
}

export const guesses = {
  name: 'guesses',
  state: STATE,
  around: { CWD: guarded, CDUP: guarded },
  // Clients that copy a folder enter each before they make it: that is no guessing of names.
  concluded(session: GuessingSession, _command, outcome) {
    if (outcome.name === 'directoryCreated') session.failedDirectories = 0;
    return outcome;
  },
} satisfies Feature;
