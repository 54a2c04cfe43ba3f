// The metrics of a server that stays root.
import { describeSeparated } from './separated.ts';

describeSeparated({ numbers: () => import('../control/metrics.test.ts') });
