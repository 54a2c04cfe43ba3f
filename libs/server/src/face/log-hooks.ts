import { decodeName, formatReply, printableName } from '@pure-ftpd/protocol';

import type { SessionEvent } from '../contract/events.ts';
import type { ToldError } from '../errors.ts';
import type { Client } from '../contract/client.ts';
import type { UserCalls } from '../contract/user-code.ts';
import type { Awaitable } from '../contract/virtual-file.ts';
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
  log(_message: string): Awaitable<void> {
    return;
  }

  /** Every line of the control connection, `->` from the client and `<-` to it. Passwords are not in it. */
  logline(_line: string): Awaitable<void> {
    return;
  }

  /** What went wrong on our side. */
  logerror(_message: string): Awaitable<void> {
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

type Logging = LogHooks & Client & { readonly userCode: UserCalls };

/** Tells an event to the hook it is for. What the hook throws is reported, and goes no further. */
export function logEvent(session: Logging, event: SessionEvent): void {
  try {
    logLines(session, event, session.logPrefix());
  } catch (error) {
    session.userCode.deaf('logPrefix', error);
  }
}

function logLines(session: Logging, event: SessionEvent, prefix: string): void {
  if (event.type === 'command') say(session, 'logline', `${prefix}-> ${commandLine(event.verb, event.argument)}`);
  else if (event.type === 'reply') {
    for (const line of decodeName(formatReply(event.reply)).trimEnd().split('\r\n'))
      say(session, 'logline', `${prefix}<- ${printableName(line)}`);
  } else if (event.type === 'error') say(session, 'logerror', prefix + errorReport(event.error, whereFailed(event)));
  // How a transfer ends says more than that it began.
  else if (event.type !== 'transferStarted') say(session, 'log', prefix + describe(event));
}

function say(session: Logging, hook: 'log' | 'logline' | 'logerror', text: string): void {
  try {
    session.userCode.heard(hook, session[hook](text));
  } catch (error) {
    session.userCode.deaf(hook, error);
  }
}

/** The verb and the hook, as far as they are known: `PASS, onLogin`. */
export function whereFailed({ command, hook }: { command?: string | undefined; hook?: string | undefined }): string {
  return [command, hook].filter((part) => part !== undefined).join(', ');
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
function errorReport(error: ToldError, where: string): string {
  const message = printableName(`${error.name}: ${error.message}`);
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return [where === '' ? message : `${printableName(where)}: ${message}`, ...frames].join('\n');
}
