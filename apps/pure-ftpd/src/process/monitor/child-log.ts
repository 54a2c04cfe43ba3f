import type { EventStream } from '../../events/event-stream.ts';
import type { Log } from '../../log/log.ts';
import type { ToldEvent } from '../messages/to-monitor.ts';
import type { ChildEnd } from './child-process.ts';
import { type KnownSession, whoOf } from './session-book.ts';

/**
 * Tells the sinks what another process has told: whom it is about, when it was and from which process is ours to say.
 * @param session Undefined when it is about none that the process has: not every event can be.
 */
export function passOn(events: EventStream, session: KnownSession | undefined, told: ToldEvent, pid: number): void {
  if (session !== undefined) events.tell(whoOf(session, told.type !== 'line' || told.byUser), told, pid);
  else if (told.type === 'line' || told.type === 'turnedAway') events.tell(undefined, told, pid);
}

/** Tells how a process ended that was not asked to. */
export function logEnd(log: Log, who: string, { status, signal, lastWords }: ChildEnd, sessions: number): void {
  const how = signal === null ? `exit status ${status ?? 'unknown'}` : `signal ${signal}`;
  const lost = sessions === 0 ? 'no session' : sessions === 1 ? '1 session' : `${sessions} sessions`;
  log.write('ERROR', `${who} has ended unasked (${how}), and ${lost} with it`);
  for (const line of lastWords
    .split('\n')
    .filter((text) => text.trim() !== '')
    .slice(-20))
    log.write('ERROR', `${who}: ${line}`);
}
