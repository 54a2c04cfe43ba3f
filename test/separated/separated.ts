import { describeWith } from '@pure-ftpd/peers/vitest';
import { describe } from 'vitest';

/** Suites by name: what loads each. */
type Suites = Readonly<Record<string, () => Promise<unknown>>>;

/** Whether all tests are run twice, which takes ten minutes more: `SEPARATED=all npm test -- pure-ftpd-tests`. */
const runsAll = process.env['SEPARATED'] === 'all';

/**
 * Runs tests of the daemon again, with a daemon that stays root and separates rights.
 * @param suites Those in which the processes have most to do.
 * @param others Those in which they have no more to do than in the former: run when all are asked for.
 */
export function describeSeparated(suites: Suites, others: Suites = {}): void {
  process.env['PURE_FTPD_RIGHTS'] = 'separated';
  describeWith(['root'], 'separated rights', () => {
    describe.each(Object.entries(runsAll ? { ...suites, ...others } : suites))('%s', async (_name, load) => {
      await load();
    });
  });
}
