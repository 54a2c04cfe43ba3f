// `-q`, `-Q` and the ratios of accounts: so much may be downloaded for what is uploaded [server-behaviour §7].
import { note } from '@pure-ftpd/messages';
import type { Ratio } from '@pure-ftpd/options';
import type { CommandResult, Outcome } from '@pure-ftpd/server';
import { isFileError, type Slots, type StateOf } from '@pure-ftpd/server/internal';

import type { Feature, Run } from '../contract/feature.ts';
import type { PureFtpdSession } from '../contract/session.ts';
import { ratioOf } from '../limits/account-limits.ts';
import { TransferCredit } from '../limits/transfer-credit.ts';
import { withNotes } from './notes.ts';

const STATE = {
  /** What the session has moved. */
  credit: { initial: () => new TransferCredit() },
} as const satisfies Slots;

type RatedSession = PureFtpdSession & StateOf<typeof STATE>;

function ratioOfSession({ admittedAccount: account, trusted, settings }: PureFtpdSession): Ratio | undefined {
  return account === undefined || trusted ? undefined : ratioOf(account, settings.daemon.configuration);
}

async function sendWithin(ratio: Ratio, session: RatedSession, path: string, run: Run): Promise<CommandResult> {
  return (await refusedByRatio(ratio, session, path)) ?? run(session, path);
}

/** Why a file may not be downloaded yet; undefined when it may, or when something else is wrong with it. */
async function refusedByRatio(ratio: Ratio, session: RatedSession, path: string): Promise<Outcome | undefined> {
  const { credit } = session;
  const bytes = await bytesToSend(session, path);
  if (bytes === undefined || credit.allows(bytes, ratio)) return undefined;
  session.restartPosition = 0;
  return { name: 'ratioExceeded', ...ratio, uploaded: credit.uploaded, downloaded: credit.downloaded };
}

/** Undefined when the download is refused for another reason. */
async function bytesToSend({ fs, restartPosition }: PureFtpdSession, path: string): Promise<number | undefined> {
  try {
    const { type, size } = await fs.stat(path);
    return type === 'file' && restartPosition <= size ? size - restartPosition : undefined;
  } catch (error) {
    if (isFileError(error)) return undefined;
    throw error;
  }
}

export const ratio = {
  name: 'ratio',
  state: STATE,
  around: {
    RETR: (run) => (session: RatedSession, path) => {
      const own = ratioOfSession(session);
      return own === undefined ? run(session, path) : sendWithin(own, session, path, run);
    },
  },
  welcome(session, outcome) {
    const own = ratioOfSession(session);
    return own === undefined
      ? outcome
      : withNotes(outcome, [note('ratioNotice', { upload: own.upload, download: own.download })]);
  },
  on: {
    transfer(session: RatedSession, event) {
      session.credit.event(event);
    },
  },
} satisfies Feature;
