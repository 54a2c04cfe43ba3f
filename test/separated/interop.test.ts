// A daemon that stays root beside the C daemon.
import { soak } from '@pure-ftpd/testing';

import { describeSeparated } from './separated.ts';

/** A suite in which the processes have most to do. */
const FIRST = {
  'replies over TLS': () => import('../interop/tls-replies.test.ts'),
};

/** Those in which they have no more to do than in other suites with separated rights. */
const OTHERS = {
  logins: () => import('../interop/logins.test.ts'),
  FXP: () => import('../interop/fxp.test.ts'),
  listings: () => import('../interop/listings.test.ts'),
  refusals: () => import('../interop/refusals.test.ts'),
  replies: () => import('../interop/replies.test.ts'),
  rules: () => import('../interop/rules.test.ts'),
};

describeSeparated(soak(FIRST, { ...FIRST, ...OTHERS }));
