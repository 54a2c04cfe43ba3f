// A server without limits, for tests of many sessions: node idle-program.ts FOLDER
import { DummyAuthorizer } from '../authorizers/dummy-authorizer.ts';
import { FTPHandler } from '../face/ftp-handler.ts';
import { FTPServer } from '../server/ftp-server.ts';

const [folder = ''] = process.argv.slice(2);
const authorizer = new DummyAuthorizer();
authorizer.addUser('user', 'secret', folder, { perm: 'elradfmwMT' });

class Handler extends FTPHandler {
  static override authorizer = authorizer;
  static override timeout = 3600;
}

const server = new FTPServer({ host: '127.0.0.1', port: 0 }, Handler);
server.maxCons = 0;
await server.listen();
console.log(`listening on port ${server.addresses[0]?.port}`);
await server.serveForever();
