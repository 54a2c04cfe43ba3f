import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { type Capabilities, EVERYTHING } from '../contract/file-system.ts';
import { FTPHandler } from '../face/ftp-handler.ts';
import { startTestServer } from '../testing/test-server.ts';
import { AbstractedFS } from './abstracted-fs.ts';

/** A server whose file system cannot do some things. */
function serverWithout(...missing: readonly (keyof Capabilities)[]): ReturnType<typeof startTestServer> {
  class Limited extends AbstractedFS {
    override get capabilities(): Capabilities {
      return { ...EVERYTHING, ...Object.fromEntries(missing.map((name) => [name, false])) };
    }
  }
  return startTestServer(
    class extends FTPHandler {
      static override abstractedFs = Limited;
    },
  );
}

test.each<[capability: keyof Capabilities, commands: readonly string[], feature: string | undefined]>([
  ['restart', ['REST 1'], 'REST STREAM'],
  ['append', ['APPE file'], undefined],
  ['chmod', ['SITE CHMOD 600 file'], undefined],
  ['utime', ['MFMT 20200101000000 file', 'SITE UTIME 20200101000000 file'], 'MFMT'],
  ['space', ['AVBL'], 'AVBL'],
])('without %s its commands are 502 before anything begins, and not in FEAT', async (capability, commands, feature) => {
  await using ftp = await serverWithout(capability);
  writeFileSync(path.join(ftp.folder, 'file'), 'content');
  const client = await ftp.login();
  for (const command of commands) expect((await client.command(command)).code, command).toBe(502);
  if (feature !== undefined) expect((await client.command('FEAT')).text).not.toContain(feature);
  // All others are there.
  await client.command('TYPE I');
  expect((await client.command('SIZE file')).code).toBe(213);
});

test('MFF has the facts that can be changed, and changes none where one cannot', async () => {
  await using ftp = await serverWithout('chmod');
  writeFileSync(path.join(ftp.folder, 'file'), 'content');
  const client = await ftp.login();
  expect((await client.command('FEAT')).text).toMatch(/ MFF modify;\r?\n/);
  expect((await client.command('MFF modify=20200101000000;UNIX.mode=600; file')).code).toBe(504);
  expect((await client.command('MDTM file')).text).not.toContain('20200101');
  expect((await client.command('MFF modify=20200101000000; file')).code).toBe(213);
  await using other = await serverWithout('chmod', 'utime');
  expect((await (await other.login()).command('FEAT')).text).not.toContain('MFF');
});

test('who has not logged in hears of all, and is told to log in first', async () => {
  await using ftp = await serverWithout('restart');
  const client = await ftp.connect();
  expect((await client.command('REST 1')).code).toBe(530);
  expect((await client.command('FEAT')).text).toContain('REST STREAM');
});

test('without atomic an upload is written where it is', async () => {
  await using ftp = await serverWithout('atomic');
  const client = await ftp.login();
  const data = await client.passive();
  expect((await client.command('STOR file')).code).toBeLessThan(200);
  const other = await ftp.login();
  await other.command('TYPE I');
  expect((await other.command('SIZE file')).code).toBe(213);
  data.end('x');
  expect((await client.reply()).code).toBe(226);
});
