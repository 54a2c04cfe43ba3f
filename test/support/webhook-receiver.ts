// node webhook-receiver.ts PORT FILE: takes what is posted, and writes id and path down, a line each, before it answers.
import { closeSync, openSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';

const [, , port = '', file = ''] = process.argv;
const out = openSync(file, 'a');
const server = createServer((request, response) => {
  void (async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const { id, path }: { readonly id: string; readonly path: string } = JSON.parse(Buffer.concat(chunks).toString());
    writeSync(out, `${id}|${path}\n`);
    response.writeHead(204).end();
  })();
});
server.listen(Number(port), '127.0.0.1');
process.once('SIGTERM', () => {
  server.closeAllConnections();
  server.close(() => closeSync(out));
});
