// Reloads of a server that stays root.
import { describeSeparated } from './separated.ts';

describeSeparated({ reload: () => import('../control/reload.test.ts') });
