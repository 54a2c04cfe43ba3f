import type { CommandResult } from '@pure-ftpd/server';

import { pause } from '../session/pause.ts';
import { enter } from '../session/enter.ts';
import type { PureFtpdHandler } from '../session/handler.ts';
import type { Judgement } from '@pure-ftpd/server';
import type { Admission, Verdict } from './admission.ts';
import type { Judge } from './judge.ts';

/** One process does it all: it judges, and serves whom it lets in. */
export class LocalAdmission implements Admission {
  readonly #judge: Judge;

  constructor(judge: Judge) {
    this.#judge = judge;
  }

  async judge(session: PureFtpdHandler, login: string, password: Uint8Array): Promise<Judgement> {
    const attempt = {
      login,
      password,
      localAddress: session.localAddress,
      localPort: session.localPort,
      clientAddress: session.remoteAddress,
      encrypted: session.isSecured,
      signal: session.ending,
    };
    const wait = (milliseconds: number): Promise<void> => pause(milliseconds, session.ending);
    return following(session, login, await this.#judge.judge(attempt, session.loginDelays(), session.subject, wait));
  }

  async judgeAnonymous(session: PureFtpdHandler, login: string): Promise<Judgement> {
    return following(session, login, await this.#judge.judgeAnonymous(session.localAddress, session.subject));
  }

  /** The session has seen to it itself. */
  async clearControl(): Promise<void> {
    return;
  }

  async afterUser(_session: PureFtpdHandler, result: CommandResult): Promise<CommandResult> {
    return result;
  }
}

function following(session: PureFtpdHandler, login: string, verdict: Verdict): Judgement {
  if (verdict.kind !== 'admitted') return verdict;
  const { admitted } = verdict;
  return {
    kind: 'admitted',
    begin: () => enter(session, login, admitted),
    release: () => admitted.release(),
  };
}
