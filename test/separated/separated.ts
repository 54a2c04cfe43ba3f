import { describeWith } from '@pure-ftpd/peers/vitest';
import { describe } from 'vitest';

/**
 * Runs tests of the daemon again, with a daemon that stays root and separates rights.
 * @param suites What loads each, by its name.
 */
export function describeSeparated(suites: Readonly<Record<string, () => Promise<unknown>>>): void {
  process.env['PURE_FTPD_RIGHTS'] = 'separated';
  describeWith(['root'], 'separated rights', () => {
    describe.each(Object.entries(suites))('%s', async (_name, load) => {
      await load();
    });
  });
}
