// RFC 7151: HOST, the virtual host a client means
import type { CommandRow } from '../contract/command.ts';
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { isHostAccepted } from '../user-code/permission.ts';
import { reason } from '../replies/reasons.ts';

/** A host name, or an address in brackets as in a URL [RFC 7151 §3.1]. */
const HOST = /^(?:[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?|\d+(?:\.\d+){3}|\[[0-9A-Fa-f:.]+\])$/;

export async function host(session: Session, name: string): Promise<Outcome> {
  // RFC 7151 §3.2: the host is chosen before the user.
  if (session.authenticated || session.username !== '') return { name: 'commandOutOfSequence', verb: 'HOST' };
  if (name.length > 255 || !HOST.test(name))
    return { name: 'argumentInvalid', verb: 'HOST', reason: reason('hostExpected') };
  if (!(await isHostAccepted(session, name.toLowerCase()))) return { name: 'hostUnknown', host: name };
  session.host = name.toLowerCase();
  return { name: 'hostAccepted', host: name };
}

/** The row of HOST in the table of verbs. */
export const hostRow: CommandRow = {
  verb: 'HOST',
  argument: 'required',
  phase: 'always',
  feature: 'HOST',
  syntax: '<SP> name',
  help: 'choose the virtual host, before USER',
  run: host,
};
