// Four processes serve; the first one listens, and counts. This program runs in all of them.
// node multi-process.ts [port] [folder]
import { DummyAuthorizer, FTPHandler, MultiprocessFTPServer } from '@pure-ftpd/server';

const [port = '2121', folder = process.cwd()] = process.argv.slice(2);

const authorizer = new DummyAuthorizer();
authorizer.addUser('user', 'secret', folder, { perm: 'elradfmwMT' });

class Handler extends FTPHandler {
  static override authorizer = authorizer;
  static override banner = `Served by process ${process.pid}.`;
}

const server = new MultiprocessFTPServer({ port: Number(port) }, Handler, { workers: 4 });
server.maxCons = 1000;
server.maxConsPerIp = 10;
server.onWorkerExit = ({ pid }) => console.error(`process ${pid} has ended, another follows`);

if (server.isPrimary) {
  process.once('SIGTERM', () => void server.close());
  await server.listen();
  console.log(`listening on port ${server.addresses[0]?.port}`);
}
await server.serveForever();
