import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startServer } from '@pure-ftpd/peers';
import { PASSWORD, type ServerKind, SESSIONS, UID, USER } from './server.ts';

/** Beside `pyftpdlibClear`: the same program, with our library. */
const SCRIPT = `
const { DummyAuthorizer, FTPHandler, FTPServer } = await import(${JSON.stringify(import.meta.resolve('@pure-ftpd/server'))});
const [port, uid, user, password, home, sessions] = process.argv.slice(2);
const authorizer = new DummyAuthorizer();
authorizer.addUser(user, password, home, { perm: 'elradfmwMT' });
class Handler extends FTPHandler {
  static authorizer = authorizer;
}
const server = new FTPServer({ host: '127.0.0.1', port: Number(port) }, Handler);
server.maxCons = Number(sessions);
process.setgroups([]);
process.setgid(Number(uid));
process.setuid(Number(uid));
await server.serveForever();
`;

/** Our library, with the password in clear text. */
export const libraryClear: ServerKind = {
  name: 'ours (library)',
  kind: 'ours',
  processes: false,
  missing: () => undefined,
  async start({ home, folder }) {
    const file = join(folder, 'serve.mjs');
    writeFileSync(file, SCRIPT);
    const given = [String(UID), USER, PASSWORD, home, String(SESSIONS)];
    return startServer((port) => [process.execPath, file, String(port), ...given]);
  },
};
