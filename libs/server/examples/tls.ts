// Users who must protect what they send: node tls.ts [port] [folder] [certificate, with its key] [port of implicit TLS]
import { tmpdir } from 'node:os';

import { DummyAuthorizer, FTPServer, TLS_FTPHandler } from '@pure-ftpd/server';

const [port = '2121', folder = tmpdir(), certificate = 'ftp.pem', implicitPort] = process.argv.slice(2);

const authorizer = new DummyAuthorizer();
authorizer.addUser('user', 'secret', folder, { perm: 'elradfmwMT' });

class Handler extends TLS_FTPHandler {
  static override authorizer = authorizer;
  /** One file, made for example with `openssl req -x509 -nodes -newkey rsa:2048 -subj /CN=localhost -keyout ftp.pem -out ftp.pem`. */
  static override certfile = certificate;
  static override tlsControlRequired = true;
  static override tlsDataRequired = true;
  /** Data connections have to be of the client who has logged in; some old clients cannot show that. */
  static override dataSessionReuse = 'require' as const;
}

const addresses = [{ host: '127.0.0.1', port: Number(port) }];
const implicit =
  implicitPort === undefined ? [] : [{ host: '127.0.0.1', port: Number(implicitPort), implicitTls: true }];

const server = new FTPServer([...addresses, ...implicit], Handler);
process.once('SIGTERM', () => void server.close());
await server.listen();
console.log(`listening on port ${server.addresses[0]?.port}`);
await server.serveForever();
