// A web server that also speaks FTP: what is uploaded by one is there for the other, and they end together.
// node embedded.ts [FTP port] [folder] [HTTP port]
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import path from 'node:path';

import { DummyAuthorizer, FTPHandler, FTPServer } from '@pure-ftpd/server';

const [port = '2121', folder = process.cwd(), httpPort = '8080'] = process.argv.slice(2);

const authorizer = new DummyAuthorizer();
authorizer.addUser('user', 'secret', folder, { perm: 'elradfmwMT' });

class Handler extends FTPHandler {
  static override authorizer = authorizer;
}

const ftp = new FTPServer({ port: Number(port) }, Handler);
const web = createServer((request, response) => {
  if (request.url === '/sessions') {
    response.end(JSON.stringify([...ftp.sessions].map(({ username, remoteAddress }) => ({ username, remoteAddress }))));
    return;
  }
  const file = createReadStream(path.join(folder, path.basename(request.url ?? '')));
  file.once('error', () => response.writeHead(404).end('not found\n'));
  file.once('ready', () => file.pipe(response));
});

await ftp.listen();
web.listen(Number(httpPort));
await once(web, 'listening');
const address = web.address();
console.log(`listening on port ${ftp.addresses[0]?.port}`);
console.log(`HTTP on port ${typeof address === 'object' ? address?.port : address}`);

process.once('SIGTERM', () => {
  web.close();
  void ftp.close({ graceful: 30 });
});
await ftp.serveForever();
