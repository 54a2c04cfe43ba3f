// A server as pyftpdlib's functional tests expect it: node pyftpdlib-program.ts HOST FOLDER; says its port.
import { DummyAuthorizer } from '../authorizers/dummy-authorizer.ts';
import { FTPHandler } from '../face/ftp-handler.ts';
import { pyftpdlibCatalogue } from '../replies/pyftpdlib-catalogue.ts';
import { FTPServer } from '../server/ftp-server.ts';

const [host = '127.0.0.1', folder = '.'] = process.argv.slice(2);
const authorizer = new DummyAuthorizer();
authorizer.addUser('user', '12345', folder, { perm: 'elradfmwMT' });
authorizer.addAnonymous(folder);

class Handler extends FTPHandler {
  static override authorizer = authorizer;
  static override catalogue = pyftpdlibCatalogue;
  static override connectsAtOnce = true;
  static override authFailedTimeout = 0.001;
}

const server = new FTPServer({ host, port: 0 }, Handler);
await server.listen();
console.log(server.addresses[0]?.port);
await server.serveForever();
