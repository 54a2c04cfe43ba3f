// Sessions in UTF-8, on a disk of UTF-8 [charsets §4, test 12].
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { Charsets } from '@pure-ftpd/charsets';
import { expect, test } from 'vitest';

import { FTPHandler } from './face/ftp-handler.ts';
import { startTestServer } from './testing/test-server.ts';

function isLoaded(): boolean {
  return Object.keys(createRequire(import.meta.url).cache).some((file) => file.includes('/iconv-lite/'));
}

test('charsets §4 test 12: no codec is in the path, names are not converted, and there are no tables', async () => {
  const wires: unknown[] = [];
  const systems: unknown[] = [];
  const given: unknown[] = [];
  class Handler extends FTPHandler {
    override async openFileSystem(username: string): ReturnType<FTPHandler['openFileSystem']> {
      const fs = await super.openFileSystem(username);
      given.push(fs);
      return fs;
    }
    override onLogin(): void {
      systems.push(this.fs);
      wires.push(this.wire);
    }
  }
  await using ftp = await startTestServer(Handler);
  writeFileSync(path.join(ftp.folder, 'größe'), '');
  const client = await ftp.login();
  await client.command('OPTS UTF8 ON');
  expect((await client.receive('NLST')).data.toString()).toBe('größe\r\n');
  expect(wires).toEqual([undefined]);
  expect(systems[0]).toBe(given[0]);
  expect(isLoaded()).toBe(false);
  expect(new Charsets({ client: 'UTF-8' }).wire('client')).toBeUndefined();
  expect(isLoaded()).toBe(false);
  expect(new Charsets({ client: 'KOI8-R' }).wire('client')).toBeDefined();
  expect(isLoaded()).toBe(true);
});
