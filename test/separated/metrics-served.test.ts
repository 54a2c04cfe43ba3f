// How a server that stays root serves its metrics.
import { describeSeparated } from './separated.ts';

describeSeparated({ served: () => import('../control/metrics-served.test.ts') });
