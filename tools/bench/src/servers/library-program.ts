// PORT UID USER PASSWORD HOME SESSIONS: our library with one user, whose password is kept in clear text.
import { DummyAuthorizer, FTPHandler, FTPServer } from '@pure-ftpd/server';

const [port, uid, user = '', password = '', home = '', sessions] = process.argv.slice(2);

const users = new DummyAuthorizer();
users.addUser(user, password, home, { perm: 'elradfmwMT' });

class Handler extends FTPHandler {
  static override authorizer = users;
}

const server = new FTPServer({ host: '127.0.0.1', port: Number(port) }, Handler);
server.maxCons = Number(sessions);
process.setgroups?.([]);
process.setgid?.(Number(uid));
process.setuid?.(Number(uid));
await server.serveForever();
