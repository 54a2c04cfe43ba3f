// RFC 2428 §3: EXTENDED PASSIVE (EPSV)
import type { CommandRow } from '../contract/command.ts';
import { upperCase } from '@pure-ftpd/protocol';

import { isIPv4 } from 'node:net';

import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { listenForData } from './pasv.ts';
import { reason } from '../replies/reasons.ts';

export async function epsv(session: Session, argument: string): Promise<Outcome> {
  if (upperCase(argument) === 'ALL') {
    session.epsvAll = true;
    return { name: 'extendedPassiveOnly' };
  }
  const family = isIPv4(session.localAddress) ? '1' : '2';
  if (argument === '1' || argument === '2') {
    if (argument !== family) return { name: 'networkProtocolUnsupported', supported: family };
  } else if (argument !== '') {
    return { name: 'argumentInvalid', verb: 'EPSV', reason: reason('networkProtocolUnknown') };
  }
  const port = await listenForData(session);
  return typeof port === 'number' ? { name: 'extendedPassiveMode', port } : port;
}

/** The row of EPSV in the table of verbs. */
export const epsvRow: CommandRow = {
  verb: 'EPSV',
  argument: 'optional',
  phase: 'loggedIn',
  feature: 'EPSV',
  syntax: '[<SP> protocol | ALL]',
  help: 'listen for the client, IPv4 and IPv6',
  run: epsv,
};
