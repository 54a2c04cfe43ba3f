// The accounts of this machine, but root, with their passwords; everybody sees the whole machine, as who they are. Needs root.
// sudo node unix.ts [port]
import { FTPHandler, FTPServer, UnixAuthorizer, UnixFilesystem } from '@pure-ftpd/server';

const [port = '2121'] = process.argv.slice(2);

class Handler extends FTPHandler {
  static override authorizer = new UnixAuthorizer({ rejectedUsers: ['root'] });
  static override abstractedFs = UnixFilesystem;
}

const server = new FTPServer({ port: Number(port) }, Handler);
await server.listen();
console.log(`listening on port ${server.addresses[0]?.port}`);
await server.serveForever();
