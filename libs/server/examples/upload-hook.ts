// Every upload that is complete gets a checksum beside it before the client hears that it is; one that breaks is told.
// node upload-hook.ts [port] [folder]
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

import { DummyAuthorizer, FTPHandler, FTPServer } from '@pure-ftpd/server';

const [port = '2121', folder = process.cwd()] = process.argv.slice(2);

const authorizer = new DummyAuthorizer();
authorizer.addUser('user', 'secret', folder, { perm: 'elradfmwMT' });

class Handler extends FTPHandler {
  static override authorizer = authorizer;

  override async onFileReceived(file: string): Promise<void> {
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash);
    await writeFile(`${file}.sha256`, `${hash.digest('hex')}\n`);
    console.log(`${this.username} sent ${file}`);
  }

  override onIncompleteFileReceived(file: string): void {
    console.log(`${this.username} did not finish ${file}`);
  }
}

const server = new FTPServer({ port: Number(port) }, Handler);
await server.listen();
console.log(`listening on port ${server.addresses[0]?.port}`);
await server.serveForever();
