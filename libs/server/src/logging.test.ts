import { untilTrue } from '@pure-ftpd/testing';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

import { FTPHandler } from './face/ftp-handler.ts';
import { startTestServer } from './testing/test-server.ts';

test('messages, lines and errors go to their hooks, each with who it is about, and no password', async () => {
  const told: string[] = [];
  const note = (kind: string, text: string): void => {
    told.push(`${kind} ${text.replace(/^[\d.]+:\d+/, 'CLIENT').replace(/ at .*/s, ' at …')}`);
  };
  class Logging extends FTPHandler {
    override log(message: string): void {
      note('log', message);
    }
    override logline(line: string): void {
      note('line', line);
    }
    override logerror(message: string): void {
      note('error', message);
    }
    override ftp_SYST(): never {
      throw new TypeError('a defect\nof two lines');
    }
  }
  await using ftp = await startTestServer(Logging);
  writeFileSync(path.join(ftp.folder, 'file'), '12345');
  const client = await ftp.connect();
  await client.command('USER user');
  await client.command('PASS wrong');
  await client.command('USER user');
  await client.command('PASS secret');
  await client.receive('RETR file');
  await client.command('MKD a\\b');
  await client.command('SYST');
  await client.command('QUIT');
  await untilTrue('it is over', () => told.some((text) => text.includes('disconnected')));
  expect(told.join('\n')).not.toContain('secret');
  const of = (kind: string): string[] =>
    told
      .filter((text) => text.startsWith(`${kind} `))
      .map((text) => text.replace(ftp.folder, 'HOME').replace(/seconds=.*/, 'seconds=…'));
  expect(of('log')).toEqual([
    'log CLIENT-[] connected',
    'log CLIENT-[] login of user failed: login refused',
    'log CLIENT-[user] logged in as user',
    'log CLIENT-[user] sent HOME/file completed=1 bytes=5 seconds=…',
    'log CLIENT-[user] made directory HOME/a\\\\b',
    'log CLIENT-[user] user logged out',
    'log CLIENT-[user] disconnected: the client has gone',
  ]);
  expect(of('line').slice(0, 4)).toEqual([
    'line CLIENT-[] <- 220 FTP server ready.',
    'line CLIENT-[] -> USER user',
    expect.stringMatching(/^line CLIENT-\[user\] <- 331 /),
    'line CLIENT-[user] -> PASS ******',
  ]);
  expect(of('error')).toEqual([
    expect.stringMatching(/^error CLIENT-\[user\] SYST: TypeError: a defect\\x0aof two lines\n\s*at …/),
  ]);
});

test('a hook that is not overridden costs no event', async () => {
  await using ftp = await startTestServer();
  const client = await ftp.connect();
  expect((await client.command('NOOP')).code).toBe(200);
  for (const session of ftp.server.sessions) expect(session.isLogging).toBe(false);
});
