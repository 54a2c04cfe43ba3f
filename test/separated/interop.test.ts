// A daemon that stays root beside the C daemon.
import { describeSeparated } from './separated.ts';

describeSeparated(
  {
    logins: () => import('../interop/logins.test.ts'),
    'replies over TLS': () => import('../interop/tls-replies.test.ts'),
  },
  {
    FXP: () => import('../interop/fxp.test.ts'),
    listings: () => import('../interop/listings.test.ts'),
    refusals: () => import('../interop/refusals.test.ts'),
    replies: () => import('../interop/replies.test.ts'),
    rules: () => import('../interop/rules.test.ts'),
  },
);
