// AUTH and PROT [server-protocol §4, §11].
import type { Outcome } from '@pure-ftpd/server';

import type { PureFtpdSession } from '../contract/session.ts';

/**
 * PROT: without PBSZ before it, and S and E are taken for P, the next that is as safe. What is refused changes nothing.
 * Clear transfers are refused when they are asked for, where they are.
 */
export function protectionLevel(session: PureFtpdSession, argument: string): Outcome {
  if (!session.isSecured || argument === '') return { name: 'commandOutOfSequence', verb: 'PROT' };
  switch (argument.toUpperCase()) {
    case 'C':
      session.protection = 'clear';
      return { name: 'protectionLevelSet', level: 'clear' };
    case 'P':
    case 'S':
    case 'E':
      session.protection = 'private';
      return { name: 'protectionLevelSet', level: 'private' };
    default:
      return { name: 'protectionLevelRefused', level: argument, known: false };
  }
}
