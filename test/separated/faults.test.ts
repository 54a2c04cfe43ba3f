// Faults met by a daemon that stays root.
import { describeSeparated } from './separated.ts';

describeSeparated(
  {
    kills: () => import('../faults/killed-daemon.test.ts'),
    'vanished clients': () => import('../faults/vanished-clients.test.ts'),
  },
  {
    'hostile lines': () => import('../faults/hostile-lines.test.ts'),
    'hostile TLS': () => import('../faults/hostile-tls.test.ts'),
    links: () => import('../faults/links.test.ts'),
    'passive ports': () => import('../faults/passive-ports.test.ts'),
  },
);
