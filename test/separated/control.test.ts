// The control socket of a server that stays root.
import { describeSeparated } from './separated.ts';

describeSeparated({ 'control socket': () => import('../control/control-socket.test.ts') });
