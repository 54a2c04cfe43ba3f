import { refusalDelays } from '@pure-ftpd/auth';
import type { CommandResult, Judgement } from '@pure-ftpd/server';

import { askedName } from './asked-name.ts';
import { pause } from './pause.ts';
import { enter } from './enter.ts';
import type { Admission, PureFtpdSession } from '../contract/session.ts';
import type { Verdict } from '../contract/admission.ts';
import type { Judge } from './judge.ts';

/** One process does it all: it judges, and serves whom it lets in. */
export class LocalAdmission implements Admission {
  readonly #judge: Judge;

  constructor(judge: Judge) {
    this.#judge = judge;
  }

  async judge(session: PureFtpdSession, login: string, password: Uint8Array): Promise<Judgement> {
    const attempt = {
      login,
      password,
      localAddress: session.localAddress,
      localPort: session.localPort,
      clientAddress: session.remoteAddress,
      encrypted: session.isSecured,
      serverName: askedName(session),
      signal: session.ending,
    };
    const wait = (milliseconds: number): Promise<void> => pause(milliseconds, session.ending);
    const { attemptedLogins, settings, subject } = session;
    const delays = refusalDelays(attemptedLogins, settings.loginDelayUnit);
    const verdict = await this.#judge.judge(attempt, delays, subject, wait);
    if ('isUnknown' in verdict) session.lines.happened({ type: 'loginRefused', isUnknown: verdict.isUnknown });
    return following(session, login, verdict);
  }

  async judgeAnonymous(session: PureFtpdSession, login: string): Promise<Judgement> {
    return following(session, login, await this.#judge.judgeAnonymous(session.localAddress, session.subject));
  }

  /** The session has seen to it itself. */
  async clearControl(): Promise<void> {
    return;
  }

  async afterUser(_session: PureFtpdSession, result: CommandResult): Promise<CommandResult> {
    return result;
  }
}

function following(session: PureFtpdSession, login: string, verdict: Verdict): Judgement {
  if (verdict.kind !== 'admitted') return verdict;
  const { admitted } = verdict;
  return {
    kind: 'admitted',
    begin: () => enter(session, login, admitted),
    release: () => admitted.release(),
  };
}
