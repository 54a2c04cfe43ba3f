// Several servers that count together, each of which stays root.
import { describeSeparated } from './separated.ts';

describeSeparated({ cluster: () => import('../interop/cluster.test.ts') });
