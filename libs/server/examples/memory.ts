// Files in memory, 16 MiB at most. The user has a home in it, the admin sees everything.
// node memory.ts [port]
import { DummyAuthorizer, FTPHandler, FTPServer, MemoryFilesystem, MemoryStore } from '@pure-ftpd/server';

const [port = '2121'] = process.argv.slice(2);

const store = new MemoryStore({ maxBytes: 16 * 1024 * 1024 });
const authorizer = new DummyAuthorizer();
authorizer.addUser('user', 'secret', '/homes/user', { perm: 'elradfmwMT', virtualHome: true });
authorizer.addUser('admin', 'secret', '/', { perm: 'elradfmwMT', virtualHome: true });

class Handler extends FTPHandler {
  static override authorizer = authorizer;
  static override abstractedFs = class extends MemoryFilesystem {
    constructor(home: string) {
      super(home, store);
    }
  };
}

const server = new FTPServer({ port: Number(port) }, Handler);
await server.listen();
console.log(`listening on port ${server.addresses[0]?.port}`);
await server.serveForever();
