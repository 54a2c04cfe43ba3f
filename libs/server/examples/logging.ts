// What happens goes to ftp.log, every line of the control connections to ftp-lines.log, errors to standard error.
// node logging.ts [port] [folder] [folder of the logs]
import { createWriteStream } from 'node:fs';
import path from 'node:path';

import { DummyAuthorizer, FTPHandler, FTPServer } from '@pure-ftpd/server';

const [port = '2121', folder = process.cwd(), logs = '.'] = process.argv.slice(2);

const messages = createWriteStream(path.join(logs, 'ftp.log'), { flags: 'a' });
const lines = createWriteStream(path.join(logs, 'ftp-lines.log'), { flags: 'a' });

const authorizer = new DummyAuthorizer();
authorizer.addUser('user', 'secret', folder, { perm: 'elradfmwMT' });

class Handler extends FTPHandler {
  static override authorizer = authorizer;

  override log(message: string): void {
    messages.write(`${new Date().toISOString()} ${message}\n`);
  }
  override logline(line: string): void {
    lines.write(`${new Date().toISOString()} ${line}\n`);
  }
  override logerror(message: string): void {
    console.error(message);
  }
}

const server = new FTPServer({ port: Number(port) }, Handler);
await server.listen();
console.log(`listening on port ${server.addresses[0]?.port}`);
await server.serveForever();
