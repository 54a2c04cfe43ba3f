// node announce-client.ts LOGIN PATH...: announces uploads as our server does, and keeps the pipe open until it is ended.

import { UploadWriter } from '@pure-ftpd/uploads';

const [, , login = '', ...paths] = process.argv;
const writer = UploadWriter.open();
for (const path of paths) writer.announce({ login: Buffer.from(login), path: Buffer.from(path) });
setInterval(() => {}, 60_000);
