import type { Outcome } from '@pure-ftpd/server';
import { rowFeatures } from '@pure-ftpd/server/internal';

import type { PureFtpdHandler } from './handler.ts';

/** The order of the C server's FEAT [server-protocol §4.2], by first word. */
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
export function features(session: PureFtpdHandler): Outcome {
  const found = new Set(['UTF8', 'IDLE', 'MLSD', 'TVFS', ...rowFeatures(session)]);
  if (session.refusesEpsv) found.delete('EPSV');
  // `..` does not go to where a link came from [server-behaviour §6.5].
  if (session.settings.daemon.configuration.linkRoots !== undefined) found.delete('TVFS');
  if (!session.settings.daemon.configuration.rules.passive)
    for (const verb of ['EPSV', 'ESTA', 'PASV']) found.delete(verb);
  return { name: 'features', features: [...found].toSorted((a, b) => place(a) - place(b)) };
}
