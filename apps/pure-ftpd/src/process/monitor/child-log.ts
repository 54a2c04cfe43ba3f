import type { Log } from '../../log/log.ts';
import type { TransferSink } from '../../log/transfer-logs.ts';
import type { MessageToMonitor } from '../messages/to-monitor.ts';
import type { ChildEnd } from './child-process.ts';
import type { KnownSession } from './session-book.ts';

/** Writes a line of another process, as what it is: time and process are ours to say. */
export function takeLogLine(log: Log, line: Extract<MessageToMonitor, { readonly type: 'log' }>, pid: number): void {
  const { level, text, user, host } = line;
  log.forward({ time: Date.now(), pid, level, text, user, host });
}

/** Writes a transfer into the transfer logs. A worker says what was transferred, but not by whom. */
export function takeTransfer(
  transfers: TransferSink,
  { id, admitted, hostName, remoteAddress }: KnownSession,
  message: Extract<MessageToMonitor, { readonly type: 'transferred' }>,
): void {
  if (admitted === undefined) return;
  const { time, startedAt, number, direction, path, bytes, milliseconds, transferType, complete, encrypted } = message;
  transfers.write(
    {
      time,
      session: { startedAt, pid: number },
      user: admitted.account.login,
      host: hostName,
      address: remoteAddress,
      direction,
      path,
      bytes,
      seconds: milliseconds / 1000,
      type: transferType,
      complete,
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
