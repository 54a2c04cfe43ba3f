// Directories that come in pages.
import { expect, test } from 'vitest';

import type { FileStats, NamedStats, VirtualDirectory } from '../contract/virtual-file.ts';
import { StorageUnavailable } from '../errors.ts';
import { FTPHandler } from '../face/ftp-handler.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { AbstractedFS } from './abstracted-fs.ts';
import { directoryFromPages } from './streams.ts';

const FILE: FileStats = { type: 'file', size: 1, mode: 0o644, nlink: 1, uid: 0, gid: 0, mtimeMs: 0, dev: 0, ino: 0 };
const PAGES = [
  ['.hidden', 'a', 'b'],
  ['c', 'control\u0001'],
  ['d', 'e'],
];

/** A directory of three pages, and the pages that were asked for so far. */
function served(most = Number.POSITIVE_INFINITY, last?: Promise<void>): Promise<TestServer> {
  async function* pages(): AsyncGenerator<NamedStats[]> {
    for (const names of PAGES) {
      if (names === PAGES.at(-1)) await last;
      yield names.map((name) => ({ ...FILE, name, size: name.charCodeAt(0) }));
    }
  }
  class Paged extends AbstractedFS {
    override openDirectory(): VirtualDirectory {
      return directoryFromPages(pages);
    }
  }
  return startTestServer(
    class extends FTPHandler {
      static override abstractedFs = Paged;
      static override maxListed = most;
    },
  );
}

async function names(ftp: TestServer, command: string): Promise<string[]> {
  const client = await ftp.login();
  const { data } = await client.receive(command);
  return data
    .toString()
    .split('\r\n')
    .slice(0, -1)
    .map((line) => line.split(' ').at(-1) ?? '');
}

test.each([
  ['LIST', ['a', 'b', 'c', 'd', 'e']],
  ['LIST -r', ['e', 'd', 'c', 'b', 'a']],
  ['LIST -S', ['e', 'd', 'c', 'b', 'a']],
  ['LIST -a', ['.', '..', '.hidden', 'a', 'b', 'c', 'd', 'e']],
  ['NLST', ['.hidden', 'a', 'b', 'c', 'd', 'e']],
  ['MLSD', ['.hidden', 'a', 'b', 'c', 'd', 'e']],
])('%s shows all of them', async (command, expected) => {
  await using ftp = await served();
  expect(await names(ftp, command)).toEqual(expected);
});

test.each(['LIST -a', 'NLST', 'MLSD'])('%s is cut at the limit', async (command) => {
  await using ftp = await served(4);
  expect(await names(ftp, command)).toHaveLength(4);
});

test.each(['LIST', 'NLST', 'MLSD'])('the first lines of %s come before the last page is there', async (command) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  await using ftp = await served(undefined, promise);
  const client = await ftp.login();
  const data = await client.passive();
  const first = new Promise<string>((heard) => data.once('data', (text: Buffer) => heard(text.toString())));
  expect((await client.command(command)).code).toBeLessThan(200);
  expect(await first).toMatch(/a\r\n/);
  resolve();
  expect((await client.reply()).code).toBe(226);
});

test('what is away for a while is 450', async () => {
  class Away extends AbstractedFS {
    override resolve(): never {
      throw new StorageUnavailable();
    }
  }
  await using ftp = await startTestServer(
    class extends FTPHandler {
      static override abstractedFs = Away;
    },
  );
  const client = await ftp.login();
  await client.command('TYPE I');
  expect(await client.command('SIZE x')).toMatchObject({ code: 450, text: '450 Connection timed out.' });
});
