// RFC 2228 §3, RFC 4217 §5: CLEAR COMMAND CHANNEL (CCC)
import { withTls } from './tls-feature.ts';
import type { Session } from '../contract/session.ts';
import type { CommandResult, CommandRow } from '../contract/command.ts';

export async function ccc(session: Session): Promise<CommandResult> {
  if (!session.isSecured || !session.authenticated) return { name: 'protectionUnavailable' };
  if (!mayClear(session)) return { name: 'protectionKept' };
  // Said while it can still be read by nobody else.
  session.respond({ name: 'protectionCleared' });
  await session.tls.stop();
  return undefined;
}

function mayClear({ settings }: Session): boolean {
  return settings.clearControlAllowed && !settings.tlsControlRequired;
}

/** The row of CCC in the table of verbs. */
export const cccRow: CommandRow = {
  verb: 'CCC',
  argument: 'ignored',
  phase: 'always',
  feature: (session) => (mayClear(session) ? withTls('CCC')(session) : undefined),
  syntax: '',
  help: 'go on in clear on the control connection',
  run: ccc,
};
