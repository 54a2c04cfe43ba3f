import { describe, test } from 'vitest';
import { isSoak } from '@pure-ftpd/testing';
import type { PeerName } from './catalogue.ts';
import { isRoot } from './debian.ts';
import { missingPeers } from './locate.ts';

/** What a suite may need of the machine. */
export type Need = PeerName | 'root';

/** Why a suite with these needs cannot run here; undefined when it can. */
export function missingNeeds(needs: readonly Need[]): string | undefined {
  const reasons = missingPeers(needs.filter((need) => need !== 'root'));
  if (needs.includes('root') && !isRoot()) reasons.unshift('it needs root');
  return reasons.length === 0 ? undefined : reasons.join('; ');
}

/** A suite that is skipped for a reason which `npm test` prints, unless there is none. */
export function describeUnless(reason: string | undefined, name: string, body: () => void): void {
  const skipped = (): void => {
    test('is skipped', (context) => context.skip(reason));
  };
  describe(name, reason === undefined ? body : skipped);
}

/** A suite that needs peers (and perhaps root): `describeWith(['root', 'pure-ftpd', 'lftp'], 'lftp uploads', () => ...)`. */
export function describeWith(needs: readonly Need[], name: string, body: () => void): void {
  describeUnless(missingNeeds(needs), name, body);
}

/** A suite of the long form, with needs: the short form has none of it, so that nothing is skipped there. */
export function describeInSoak(needs: readonly Need[], name: string, body: () => void): void {
  if (isSoak) describeWith(needs, name, body);
}
