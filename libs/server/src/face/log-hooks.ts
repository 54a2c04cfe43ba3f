import { decodeName, formatReply, printableName } from '@pure-ftpd/protocol';

import type { SessionEvent } from '../contract/events.ts';
import type { Client } from '../contract/client.ts';
import { SessionSettings } from './session-settings.ts';

/**
 * Three places to hang a logger on, any logger. The library logs nothing by itself: what is not overridden costs nothing.
 * Every text is one line (an error may bring its stack), and what clients and file names can smuggle in is escaped.
 *
 * @example
 * class Handler extends FTPHandler {
 *   override log(message: string): void {
 *     logger.info(message);
 *   }
 * }
 */
export abstract class LogHooks extends SessionSettings {
  /** What happens in a session: connections, logins, transfers, what is made and removed. */
  log(_message: string): void {
    return;
  }

  /** Every line of the control connection, `->` from the client and `<-` to it. Passwords are not in it. */
  logline(_line: string): void {
    return;
  }

  /** What went wrong on our side. */
  logerror(_message: string): void {
    return;
  }

  /** How each text begins: `127.0.0.1:50310-[user] `. */
  logPrefix(this: Client): string {
    return `${this.remoteAddress}:${this.remotePort}-[${printableName(this.username)}] `;
  }

  /** Whether any of the three is overridden. */
  get isLogging(): boolean {
    const none = LogHooks.prototype;
    return this.log !== none.log || this.logline !== none.logline || this.logerror !== none.logerror;
  }
}

/** Tells an event to the hook it is for. */
export function logEvent(session: LogHooks & Client, event: SessionEvent): void {
  const prefix = session.logPrefix();
  if (event.type === 'command') session.logline(`${prefix}-> ${commandLine(event.verb, event.argument)}`);
  else if (event.type === 'reply') {
    for (const line of decodeName(formatReply(event.reply)).trimEnd().split('\r\n'))
      session.logline(`${prefix}<- ${printableName(line)}`);
  } else if (event.type === 'error') session.logerror(prefix + errorReport(event.error, event.command));
  // How a transfer ends says more than that it began.
  else if (event.type !== 'transferStarted') session.log(prefix + describe(event));
}

type Told = Exclude<SessionEvent, { type: 'command' | 'reply' | 'error' | 'transferStarted' }>;

function describe(event: Told): string {
  switch (event.type) {
    case 'connect':
      return 'connected';
    case 'login':
      return `logged in as ${printableName(event.username)}`;
    case 'loginFailed':
      return `login of ${printableName(event.username)} failed: ${printableName(event.reason)}`;
    case 'logout':
      return `${printableName(event.username)} logged out`;
    case 'transfer':
      return (
        `${event.direction === 'send' ? 'sent' : 'received'} ${printableName(event.path)} ` +
        `completed=${event.complete ? 1 : 0} bytes=${event.bytes} seconds=${event.seconds.toFixed(3)}`
      );
    case 'removed':
      return `removed ${printableName(event.path)}`;
    case 'directoryCreated':
      return `made directory ${printableName(event.path)}`;
    case 'directoryRemoved':
      return `removed directory ${printableName(event.path)}`;
    case 'renamed':
      return `renamed ${printableName(event.from)} to ${printableName(event.to)}`;
    case 'tls':
      return `${event.channel} connection over ${event.version}, ${event.cipher}${event.resumed ? ', resumed' : ''}`;
    case 'tlsFailed':
      return `TLS of the ${event.channel} connection failed: ${printableName(event.reason)}`;
    case 'disconnect':
      break;
  }
  return `disconnected: ${printableName(event.reason)}`;
}

function commandLine(verb: string, argument: string): string {
  if (verb === 'PASS') return 'PASS ******';
  return argument === '' ? verb : `${verb} ${printableName(argument)}`;
}

/** The message on one line, and where it came from below it. */
function errorReport(error: Error, command: string | undefined): string {
  const message = printableName(`${error.name}: ${error.message}`);
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return [command === undefined ? message : `${printableName(command)}: ${message}`, ...frames].join('\n');
}
