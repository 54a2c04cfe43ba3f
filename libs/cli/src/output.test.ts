import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';

import { temporaryFolder } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

const OUTPUT = new URL('output.ts', import.meta.url).href;

/** Writes, says so, and writes again when its standard input ends. */
const PROGRAM = `
  import { readFileSync } from 'node:fs';
  import { writeAll } from '${OUTPUT}';
  writeAll(1, Buffer.alloc(1000));
  writeAll(2, Buffer.from('written'));
  readFileSync(0);
  writeAll(1, Buffer.alloc(1));
  writeAll(2, Buffer.from('nobody has noticed'));
`;

test('a reader that has left what was written unread ends the program quietly', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'socket');
  const server = createServer({ pauseOnConnect: true }).listen(path);
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const output = connect(path);
  const [reader]: Socket[] = await accepted;
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], { stdio: ['pipe', output, 'pipe'] });
  output.destroy();
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (errors += text));
  await once(child.stderr, 'data');
  reader?.destroy();
  server.close();
  await once(server, 'close');
  child.stdin.end();
  const [status] = await once(child, 'close');
  expect({ status, errors }).toEqual({ status: 141, errors: 'written' });
});
