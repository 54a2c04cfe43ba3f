// REST, and what becomes of it in transfers [server-protocol §7.4].
import type { Feature, Result, Run } from '../contract/feature.ts';
import type { PureFtpdSession } from '../contract/session.ts';

/** The verbs whose end is the end of REST, however they end. */
const TRANSFERS = new Set(['APPE', 'RETR', 'STOR', 'STOU']);

function restart(session: PureFtpdSession, argument: string, run: Run): Result {
  const digits = argument.trimStart();
  if (digits === '') {
    session.restartPosition = 0;
    return { name: 'argumentRequired', verb: 'REST' };
  }
  if (session.currentType === 'i' || !/^\d{1,15}$/.test(digits)) return run(session, digits);
  // Taken in ASCII type as well: the transfer says whether it can be done.
  session.restartPosition = Number(digits);
  return { name: 'restartAt', offset: session.restartPosition, type: 'ascii' };
}

/** What is appended, or has a name of its own, begins at its beginning. */
function fromTheStart(run: Run): Run {
  return (session: PureFtpdSession, argument: string) => {
    session.restartPosition = 0;
    return run(session, argument);
  };
}

export const restarts = {
  name: 'restarts',
  rows: { REST: { argument: 'optional' } },
  around: {
    REST: (run) => (session: PureFtpdSession, argument) => restart(session, argument, run),
    APPE: fromTheStart,
    STOU: fromTheStart,
  },
  concluded(session, { verb }, outcome) {
    if (TRANSFERS.has(verb)) session.restartPosition = 0;
    return outcome;
  },
} satisfies Feature;
