// FEAT [server-protocol §4.2].
import type { CommandResult, Outcome } from '@pure-ftpd/server';
import { rowFeatures } from '@pure-ftpd/server/internal';

import type { PureFtpdSession } from '../contract/session.ts';

/** The order of the C server's FEAT, by first word. */
const ORDER = [
  'UTF8',
  'EPRT',
  'IDLE',
  'MDTM',
  'SIZE',
  'MFMT',
  'REST',
  'MLST',
  'MLSD',
  'PRET',
  'AUTH',
  'PBSZ',
  'PROT',
  'TVFS',
  'ESTA',
  'PASV',
  'EPSV',
  'ESTP',
];

function place(text: string): number {
  const index = ORDER.indexOf(text.split(' ', 1)[0] ?? '');
  return index === -1 ? ORDER.length : index;
}

/** What the command table says of itself, in the order of the C server; what is not built is not announced. */
export function featureList(session: PureFtpdSession): Outcome {
  const found = new Set(['UTF8', 'IDLE', 'MLSD', 'TVFS', ...rowFeatures(session)]);
  return { name: 'features', features: [...found].toSorted((a, b) => place(a) - place(b)) };
}

/** The answer to FEAT without some of its lines. */
export function withoutFeatures(result: CommandResult, names: readonly string[]): CommandResult {
  if (typeof result !== 'object' || result.name !== 'features') return result;
  return { ...result, features: result.features.filter((text) => !names.includes(text)) };
}
