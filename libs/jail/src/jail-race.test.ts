import { isOpenat2Available, isRenameat2Available } from '@pure-ftpd/posix';
import { isSoak, soak } from '@pure-ftpd/testing';
import { describe, expect, it } from 'vitest';

import { race, type RaceOptions } from '../tools/race/attack.ts';
import { NaiveJail } from '../tools/race/naive-jail.ts';
import { Jail } from './index.ts';

// Seconds for all of it. The seed can be set to run a race with the same choices again; the timing is never the same.
const seconds = soak(5, 300);
const seed = Number(process.env['JAIL_RACE_SEED'] ?? Date.now() % 1_000_000);
const strategies = isOpenat2Available() ? (['openat2', 'walk'] as const) : (['walk'] as const);
const milliseconds = (seconds * 1000) / strategies.length;
const timeout = milliseconds + 30_000;
const SCENE_MS = 5000;
const MOST_SCENES = 12;

/** Attackers need it; where the switch takes native calls away, they have them all the same. */
const canSwap = isRenameat2Available() || process.env['PURE_FTPD_NATIVE'] === 'off';

describe.skipIf(process.platform !== 'linux' || !canSwap)(`a race (seed ${seed})`, () => {
  it.each(strategies)(
    'never leads out of a jail by %s, whatever is swapped under its operations',
    async (strategy) => {
      const result = await race({
        open: (root) => Jail.open(root, { strategy }),
        milliseconds,
        seed,
        absoluteLinksInside: true,
        stopAtEscape: true,
      });
      expect(result.escapes).toEqual([]);
      // Everything did its work now and then: a jail in which nothing can be done is none. A short race on a busy machine
      // may not get to what seldom can be done.
      expect(result.successesOf.size).toBeGreaterThanOrEqual(isSoak ? 20 : 12);
      expect(result.successes).toBeGreaterThan(result.operations / 100);
    },
    timeout,
  );

  it.each(strategies)(
    'never leads a virtual chroot by %s out of its root and its link roots',
    async (strategy) => {
      const result = await race({
        open: (root, shared = '') => Jail.open(root, { strategy, linkRoots: [shared] }),
        milliseconds,
        seed,
        absoluteLinksInside: false,
        shares: true,
        stopAtEscape: true,
      });
      expect(result.escapes).toEqual([]);
      expect(result.successesOf.size).toBeGreaterThanOrEqual(isSoak ? 20 : 12);
      expect(result.successes).toBeGreaterThan(result.operations / 100);
    },
    timeout,
  );

  // That these are lost shows that the race finds something.
  it.each<[what: string, options: Pick<RaceOptions, 'open' | 'shares'>]>([
    ['paths that are checked as text', { open: (root) => new NaiveJail(root) }],
    [
      'a virtual chroot whose links may lead everywhere',
      { open: (root) => Jail.open(root, { linkRoots: ['/'] }), shares: true },
    ],
  ])(
    'is won against %s (the race can be lost)',
    async (_, options) => {
      let escapes: readonly string[] = [];
      // A scene may come to a state in which little happens, most of all on a busy machine: then there is another.
      for (let scene = 0; scene < MOST_SCENES && escapes.length === 0; scene += 1) {
        const chosen = { milliseconds: SCENE_MS, seed: seed + scene, absoluteLinksInside: false, stopAtEscape: true };
        ({ escapes } = await race({ ...options, ...chosen }));
      }
      expect(escapes).not.toEqual([]);
    },
    MOST_SCENES * SCENE_MS + 30_000,
  );
});
