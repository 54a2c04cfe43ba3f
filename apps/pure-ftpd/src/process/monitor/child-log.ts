import { printableName } from '@pure-ftpd/protocol';

import type { Log } from '../../log/log.ts';
import type { MessageToMonitor } from '../messages/to-monitor.ts';
import type { ChildEnd } from './child-process.ts';

/** Writes a line of another process, as what it is: time and process are ours to say. */
export function takeLogLine(log: Log, line: Extract<MessageToMonitor, { readonly type: 'log' }>, pid: number): void {
  const { level, text, user, host } = line;
  log.forward({ time: Date.now(), pid, level, text, user: printableName(user), host: printableName(host) });
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
