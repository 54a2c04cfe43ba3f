// The tests of the daemon once more, with a daemon that stays root and separates rights.
import { describe } from 'vitest';

import { isRoot } from './testing/is-root.ts';

process.env['PURE_FTPD_RIGHTS'] = 'separated';

describe.runIf(isRoot).each([
  ['sessions and options', () => import('./daemon.test.ts')],
  ['options of the protocol', () => import('./protocol-options.test.ts')],
  ['clients that hang up', () => import('./hang-up.test.ts')],
  ['TLS', () => import('./tls/tls.test.ts')],
  ['quotas', () => import('./limits/quota.test.ts')],
] as const)('separated rights: %s', async (_name, load) => {
  await load();
});
