// The replies of a daemon that stays root, line by line beside the C daemon's.
import { describeSeparated } from './separated.ts';

describeSeparated({ replies: () => import('../interop/replies.test.ts') });
