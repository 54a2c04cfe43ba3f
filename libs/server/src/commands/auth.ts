// RFC 2228 §3, RFC 4217 §4: AUTHENTICATION/SECURITY MECHANISM (AUTH)
import { withTls } from './tls-feature.ts';
import { upperCase } from '@pure-ftpd/protocol';

import type { Session } from '../contract/session.ts';
import type { CommandResult, CommandRow } from '../contract/command.ts';
import { HANDSHAKE_GIVEN_UP } from '../session/session-protection.ts';

/** What clients call TLS. TLS-C is the same as TLS; SSL and TLS-P are of drafts, the latter also means PROT P. */
const MECHANISMS: ReadonlySet<string> = new Set(['TLS', 'TLS-C', 'SSL', 'TLS-P']);

export async function auth(session: Session, argument: string): Promise<CommandResult> {
  const service = session.settings.tlsService();
  if (service === undefined) return { name: 'commandNotUnderstood', verb: 'AUTH' };
  const mechanism = upperCase(argument);
  if (!MECHANISMS.has(mechanism)) return { name: 'tlsMechanismUnknown', mechanism: argument };
  if (session.isSecured) return { name: 'tlsAlreadyActive', mechanism };
  const leave = service.handshakes.enter(session.remoteAddress, () => session.close(HANDSHAKE_GIVEN_UP));
  if (leave === undefined) return { name: 'tlsBusy' };
  try {
    // RFC 2228 §3: who was logged in before has to log in again.
    await session.flushAccount();
    const tls = service.protect(session);
    // Whoever is in between could have put it there, and would have it executed as the client's own.
    if (session.dropUnread()) {
      session.respond({ name: 'clearTextBehindAuth' });
      session.closeWhenDone();
      return undefined;
    }
    session.respond({ name: 'tlsAccepted', mechanism });
    if ((await session.tls.start(tls)) && mechanism === 'TLS-P') session.protection = 'private';
  } finally {
    leave();
  }
  return undefined;
}

/** The row of AUTH in the table of verbs. */
export const authRow: CommandRow = {
  verb: 'AUTH',
  argument: 'required',
  phase: 'always',
  feature: withTls('AUTH TLS'),
  syntax: '<SP> TLS',
  help: 'protect the control connection',
  run: auth,
};
