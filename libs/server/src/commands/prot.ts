// RFC 2228 §3, RFC 4217 §9: DATA CHANNEL PROTECTION LEVEL (PROT)
import { withTls } from './tls-feature.ts';
import type { CommandRow } from '../contract/command.ts';
import { upperCase } from '@pure-ftpd/protocol';

import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';

export function prot(session: Session, argument: string): Outcome {
  if (!session.isSecured || !session.protectionBufferSet) return { name: 'commandOutOfSequence', verb: 'PROT' };
  switch (upperCase(argument)) {
    case 'C':
      if (session.settings.tlsDataRequired) return { name: 'dataProtectionRequired', verb: 'PROT' };
      session.protection = 'clear';
      return { name: 'protectionLevelSet', level: 'clear' };
    case 'P':
      session.protection = 'private';
      return { name: 'protectionLevelSet', level: 'private' };
    case 'S':
    case 'E':
      return { name: 'protectionLevelRefused', level: argument, known: true };
    default:
      return { name: 'protectionLevelRefused', level: argument, known: false };
  }
}

/** The row of PROT in the table of verbs. */
export const protRow: CommandRow = {
  verb: 'PROT',
  argument: 'required',
  phase: 'always',
  feature: withTls('PROT'),
  syntax: '<SP> C | P',
  help: 'protect data connections, or not',
  run: prot,
};
