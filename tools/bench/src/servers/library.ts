import { fileURLToPath } from 'node:url';
import { startServer } from '@pure-ftpd/peers';
import { PASSWORD, type ServerKind, SESSIONS, UID, USER } from './server.ts';

const PROGRAM = fileURLToPath(import.meta.resolve('./library-program.ts'));

/** Our library, with the password in clear text: what `pyftpdlibClear` is for pyftpdlib. */
export const libraryClear: ServerKind = {
  name: 'ours (library)',
  kind: 'ours',
  processes: false,
  missing: () => undefined,
  async start({ home }) {
    const given = [String(UID), USER, PASSWORD, home, String(SESSIONS)];
    return startServer((port) => [process.execPath, PROGRAM, String(port), ...given]);
  },
};
