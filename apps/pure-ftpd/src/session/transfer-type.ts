import type { Outcome } from '@pure-ftpd/server';

import type { PureFtpdHandler } from './handler.ts';

/** TYPE: only the first letter counts, and for `L` the digit [server-protocol §4]. */
export function transferType(session: PureFtpdHandler, argument: string): Outcome {
  const [letter = '', digit] = argument.toUpperCase();
  if (letter === 'A') session.currentType = 'a';
  else if (letter === 'I' || (letter === 'L' && (digit === undefined || digit === '8'))) session.currentType = 'i';
  else return { name: 'typeUnsupported', argument, current: session.currentType === 'a' ? 'ascii' : 'binary' };
  return { name: 'typeSet', type: session.currentType === 'a' ? 'ascii' : 'binary' };
}
