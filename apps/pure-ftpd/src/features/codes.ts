// Failures that have another code in the C server, by the command they happen to.
import type { Feature } from '../contract/feature.ts';

const UPLOADS = new Set(['APPE', 'STOR', 'STOU']);

export const codes = {
  name: 'codes',
  concluded(session, { verb }, outcome) {
    if (outcome.name !== 'fileUnavailable') return outcome;
    if (UPLOADS.has(verb)) return { ...outcome, name: 'nameRefused' };
    if (verb !== 'RNTO') return outcome;
    session.renameFrom = undefined;
    return { name: 'renameFailed', reason: outcome.reason };
  },
} satisfies Feature;
