import type { Outcome } from '@pure-ftpd/server';

import type { PureFtpdSession } from '../contract/session.ts';

/** TYPE: only the first letter counts, and for `L` the number [server-protocol §4], which a blank may precede (RFC 959 §5.3.1). */
export function transferType(session: PureFtpdSession, argument: string): Outcome {
  const letter = argument.charAt(0).toUpperCase();
  const byteSize = argument.slice(1).trimStart();
  if (letter === 'A') session.currentType = 'a';
  else if (letter === 'I' || (letter === 'L' && (byteSize === '' || byteSize === '8'))) session.currentType = 'i';
  else return { name: 'typeUnsupported', argument, current: session.currentType === 'a' ? 'ascii' : 'binary' };
  return { name: 'typeSet', type: session.currentType === 'a' ? 'ascii' : 'binary' };
}
