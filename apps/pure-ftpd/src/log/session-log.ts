// The events of a session as lines of the log [server-options §7.1].
import { printableName } from '@pure-ftpd/protocol';
import type { SessionEvent } from '@pure-ftpd/server';

import { keyBits } from '../tls/cipher-suites.ts';
import type { Level } from './log.ts';

/** A line, before it is said who it is about. */
export interface LogLine {
  readonly level: Level;
  readonly text: string;
}

/** The line of an event; undefined for what is not logged. Passwords are in no event. */
export function describeEvent(event: SessionEvent, showPath: (path: string) => string): LogLine | undefined {
  switch (event.type) {
    case 'login':
      return { level: 'INFO', text: `${printableName(event.username)} logged in` };
    case 'logout':
      return { level: 'INFO', text: `${printableName(event.username)} logged out` };
    case 'loginFailed':
      return { level: 'WARNING', text: `login of [${printableName(event.username)}] refused: ${event.reason}` };
    case 'transfer':
      return { level: 'NOTICE', text: transferText(event, showPath(event.path)) };
    case 'removed':
      return { level: 'NOTICE', text: `${showPath(event.path)} deleted` };
    case 'directoryCreated':
      return { level: 'NOTICE', text: `${showPath(event.path)} made` };
    case 'directoryRemoved':
      return { level: 'NOTICE', text: `${showPath(event.path)} removed` };
    case 'renamed':
      return { level: 'NOTICE', text: `renamed: [${showPath(event.from)}]->[${showPath(event.to)}]` };
    case 'error':
      return { level: 'ERROR', text: `internal error: ${event.error.stack ?? event.error.message}` };
    case 'disconnect':
      return { level: 'INFO', text: `session ended: ${event.reason}` };
    case 'tls':
      return { level: 'INFO', text: tlsText(event) };
    case 'tlsFailed':
      return {
        level: 'WARNING',
        text: `TLS of the ${event.channel} connection failed: ${printableName(event.reason)}`,
      };
    // A connection is logged when its name is known; commands and replies are not.
    case 'connect':
    case 'command':
    case 'reply':
      return undefined;
    default:
      return event satisfies never;
  }
}

/** In the C server's form. The name a client asks for has a line of its own. */
function tlsText({ version, cipher }: SessionEvent & { readonly type: 'tls' }): string {
  return `TLS: Enabled ${version} with ${cipher}, ${keyBits(cipher)} secret bits cipher`;
}

/** In the form that log analysers know. */
function transferText(event: SessionEvent & { readonly type: 'transfer' }, path: string): string {
  const verb = event.direction === 'receive' ? 'uploaded' : 'downloaded';
  const rate = event.bytes / 1024 / Math.max(event.seconds, 1e-6);
  const rest = `${path} ${verb}  (${event.bytes} bytes, ${rate.toFixed(2)}KB/sec)`;
  return event.complete ? rest : `${rest} incomplete`;
}

/**
 * A path as the log shows it: the double slash marks the root of the jail (`/home/alice//f`).
 * @param root Root of the session's file system.
 */
export function jailedPath(root: string, path: string): string {
  const inside = root === '/' ? path : path.startsWith(`${root}/`) ? path.slice(root.length) : undefined;
  if (inside === undefined) return printableName(path);
  return printableName(root === '/' ? `/${path}` : `${root}/${inside}`);
}
