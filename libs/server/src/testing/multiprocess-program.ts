// A server of several processes, for tests: node multiprocess-program.ts FOLDER SETTINGS
import { DummyAuthorizer } from '../authorizers/dummy-authorizer.ts';
import type { PortRange } from '../data/passive-ports.ts';
import { FTPHandler } from '../face/ftp-handler.ts';
import { MultiprocessFTPServer } from '../multiprocess/multiprocess-ftp-server.ts';

const [folder = '', json = '{}'] = process.argv.slice(2);
const settings: {
  workers: number;
  graceful?: number;
  maxCons?: number;
  maxConsPerIp?: number;
  passivePorts?: PortRange;
} = JSON.parse(json);

const authorizer = new DummyAuthorizer();
authorizer.addUser('user', 'secret', folder, { perm: 'elradfmwMT' });

class Handler extends FTPHandler {
  static override authorizer = authorizer;
  static override banner = `process ${process.pid}`;
}

const { workers, passivePorts } = settings;
const server = new MultiprocessFTPServer({ host: '127.0.0.1', port: 0 }, Handler, {
  workers,
  ...(passivePorts === undefined ? {} : { passivePorts }),
});
server.maxCons = settings.maxCons ?? 0;
server.maxConsPerIp = settings.maxConsPerIp ?? 0;
server.onRefused = (address, limit) => console.log(`refused ${address} ${limit}`);
server.onWorkerExit = ({ pid, signal }) => console.log(`ended ${pid} ${signal}`);
if (server.isPrimary) {
  process.once('SIGTERM', () => void server.close({ graceful: settings.graceful ?? 0 }));
  await server.listen();
  console.log(`listening on port ${server.addresses[0]?.port}`);
}
await server.serveForever();
if (server.isPrimary) console.log('all over');
