// Faults met by a daemon that stays root.
import { soak } from '@pure-ftpd/testing';

import { describeSeparated } from './separated.ts';

/** Suites in which the processes have most to do. */
const FIRST = {
  kills: () => import('../faults/killed-daemon.test.ts'),
  'vanished clients': () => import('../faults/vanished-clients.test.ts'),
};

/** Those in which they have no more to do than in the former. */
const OTHERS = {
  'hostile lines': () => import('../faults/hostile-lines.test.ts'),
  'hostile TLS': () => import('../faults/hostile-tls.test.ts'),
  links: () => import('../faults/links.test.ts'),
  'passive ports': () => import('../faults/passive-ports.test.ts'),
};

describeSeparated(soak(FIRST, { ...FIRST, ...OTHERS }));
