// The accounts of Windows, but the administrator and guests, each in the profile folder, as who they are.
// node windows.ts [port]
import { FTPHandler, FTPServer, WindowsAuthorizer } from '@pure-ftpd/server';

const [port = '2121'] = process.argv.slice(2);

class Handler extends FTPHandler {
  static override authorizer = new WindowsAuthorizer({ rejectedUsers: ['Administrator', 'Guest'] });
}

const server = new FTPServer({ port: Number(port) }, Handler);
await server.listen();
console.log(`listening on port ${server.addresses[0]?.port}`);
await server.serveForever();
