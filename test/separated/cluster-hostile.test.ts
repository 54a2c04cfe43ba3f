// An engine of a cluster that is none, and a server that stays root.
import { describeSeparated } from './separated.ts';

describeSeparated({ 'an engine that is none': () => import('../interop/cluster-hostile.test.ts') });
