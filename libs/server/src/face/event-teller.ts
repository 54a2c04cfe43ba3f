import type { SessionEvent, SessionEventBody } from '../contract/events.ts';
import { publishEvent, sessionEvents } from '../events.ts';
import type { UserCode } from '../user-code/user-code.ts';
import { type LogHooks, logEvent } from './log-hooks.ts';
import { SessionHooks } from './session-hooks.ts';

/** A session of which things are told. */
type ToldSession = Parameters<typeof logEvent>[0] &
  Pick<SessionHooks, 'onEvent'> &
  LogHooks & { readonly userCode: UserCode };

/** Tells what happens in one session, in order. */
export class EventTeller {
  readonly #session: ToldSession;
  #sequence = 0;

  constructor(session: ToldSession) {
    this.#session = session;
  }

  /** Tells hooks and subscribers; costs nothing where nobody hears. */
  tell(body: SessionEventBody): void {
    const session = this.#session;
    const logs = session.isLogging;
    if (!logs && !sessionEvents.hasSubscribers && session.onEvent === SessionHooks.prototype.onEvent) return;
    this.#sequence += 1;
    const event: SessionEvent = { sessionId: session.sessionId, sequence: this.#sequence, ...body };
    try {
      session.userCode.heard('onEvent', session.onEvent(event));
    } catch (error) {
      session.userCode.deaf('onEvent', error);
    }
    if (logs) logEvent(session, event);
    publishEvent(event, session.userCode);
  }
}
