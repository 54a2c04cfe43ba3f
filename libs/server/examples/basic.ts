// A server with one user and an anonymous one, limits, and a range of passive ports.
// node basic.ts [port] [folder]
import { DummyAuthorizer, FTPHandler, FTPServer, type PortRange } from '@pure-ftpd/server';

const [port = '2121', folder = process.cwd()] = process.argv.slice(2);

const authorizer = new DummyAuthorizer();
authorizer.addUser('user', 'secret', folder, { perm: 'elradfmwMT' });
authorizer.addAnonymous(folder);

class Handler extends FTPHandler {
  static override authorizer = authorizer;
  static override banner = 'Hello.';
  static override passivePorts: PortRange = [60_000, 60_100];
  // Behind a router or in a container: the address clients must connect to.
  // static override masqueradeAddress = '203.0.113.7';
}

const server = new FTPServer({ port: Number(port) }, Handler);
server.maxCons = 256;
server.maxConsPerIp = 5;

process.once('SIGTERM', () => void server.close());
await server.listen();
console.log(`listening on port ${server.addresses[0]?.port}`);
await server.serveForever();
