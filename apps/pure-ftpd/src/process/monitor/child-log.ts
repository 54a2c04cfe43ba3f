import type { Log, Subject } from '../../log/log.ts';
import type { TransferSink } from '../../log/transfer-logs.ts';
import type { MessageToMonitor } from '../messages/to-monitor.ts';
import type { ChildEnd } from './child-process.ts';
import type { KnownSession } from './session-book.ts';

const NOBODY: Subject = { user: '?', host: '?' };

/**
 * Writes a line of another process: who it is about, when and from which process is ours to say.
 * @param session Undefined when it is about none that the process has.
 */
export function takeLogLine(
  log: Log,
  { level, text, byUser }: Extract<MessageToMonitor, { readonly type: 'log' }>,
  session: KnownSession | undefined,
  pid: number,
): void {
  const subject = session === undefined ? NOBODY : subjectOf(session, byUser);
  log.forward({ time: Date.now(), pid, level, text, ...subject });
}

/** Who lines about a session are about. @param hasUser Whether its user is to be named, who has logged in by then. */
export function subjectOf({ hostName, login, admitted }: KnownSession, hasUser = false): Subject {
  return { user: hasUser && admitted !== undefined ? login : '?', host: hostName };
}

/** Writes a transfer into the transfer logs. A worker says what was transferred, but not by whom, and not when. */
export function takeTransfer(
  transfers: TransferSink,
  { id, admitted, hostName, remoteAddress, startedAt, logNumber }: KnownSession,
  message: Extract<MessageToMonitor, { readonly type: 'transferred' }>,
): void {
  if (admitted === undefined) return;
  const { direction, path, bytes, milliseconds, transferType, complete, code, encrypted } = message;
  transfers.write(
    {
      time: Date.now(),
      session: { startedAt, pid: logNumber },
      user: admitted.login.account.login,
      host: hostName,
      address: remoteAddress,
      direction,
      path,
      bytes,
      seconds: milliseconds / 1000,
      type: transferType,
      complete,
      code,
      encrypted,
    },
    id,
  );
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
