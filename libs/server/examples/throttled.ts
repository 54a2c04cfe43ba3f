// Downloads of 30 KiB a second, uploads of 300 KiB, for each transfer; for one user no limits.
// node throttled.ts [port] [folder]
import { type DataConnection, DummyAuthorizer, FTPHandler, FTPServer, ThrottledDTPHandler } from '@pure-ftpd/server';

const [port = '2121', folder = process.cwd()] = process.argv.slice(2);

const authorizer = new DummyAuthorizer();
authorizer.addUser('user', 'secret', folder, { perm: 'elradfmwMT' });
authorizer.addUser('fast', 'secret', folder, { perm: 'elradfmwMT' });

class Throttled extends ThrottledDTPHandler {
  static override writeLimit = 30 * 1024;
  static override readLimit = 300 * 1024;

  constructor(connection: DataConnection, session: FTPHandler) {
    super(connection, session, session.username === 'fast' ? { readLimit: 0, writeLimit: 0 } : {});
  }
}

class Handler extends FTPHandler {
  static override authorizer = authorizer;
  static override dtpHandler = Throttled;
}

const server = new FTPServer({ port: Number(port) }, Handler);
await server.listen();
console.log(`listening on port ${server.addresses[0]?.port}`);
await server.serveForever();
