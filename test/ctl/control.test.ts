// The subcommands that speak to a running server.
import { chmodSync } from 'node:fs';

import { type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { untilTrue } from '@pure-ftpd/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { Daemon, LOGIN } from '../support/daemon.ts';
import { type Ended, pureFtpctl } from './pure-ftpctl.ts';

let folder: TempFolder | undefined;
let daemon: Daemon | undefined;

beforeAll(async () => {
  folder = tempFolder();
  chmodSync(folder.path, 0o755);
  daemon = await Daemon.start({ args: ['--control', folder.file('control')] });
});
afterAll(async () => {
  await daemon?.[Symbol.asyncDispose]();
  folder?.remove();
});

function ask(...words: readonly string[]): Ended {
  const [command = '', ...rest] = words;
  return pureFtpctl(command, '--control', folder?.file('control') ?? '', ...rest);
}

test('pure-ftpctl shows, slows down and ends sessions, and says how the server is', async () => {
  const client = await daemon?.login();
  await untilTrue('the session is shown', () => ask('sessions', '--json').stdout.includes(`"account":"${LOGIN}"`));
  expect(ask('throttle', LOGIN, '--download', '1M').stdout).toBe('The bandwidth of 1 session is set.\n');
  expect(ask('throttle', LOGIN)).toMatchObject({ status: 2, stderr: expect.stringContaining('give --upload RATE') });
  expect(ask('health').stdout).toMatch(/^serving since .*\n1 of 2000 sessions/);
  expect(ask('kick', LOGIN).stdout).toBe('1 session ended.\n');
  expect(await client?.end()).toContain('421 ');
  expect(ask('kick', LOGIN)).toMatchObject({
    status: 3,
    stderr: `pure-ftpctl: there is no session of the user ${LOGIN}\n`,
  });
});

test('pure-ftpctl reload takes switches, and says what is wrong with them', () => {
  expect(ask('reload', '--', '-c', 'many')).toMatchObject({
    status: 3,
    stderr:
      '-c "many": a number above 0 is expected\npure-ftpctl: the configuration is not taken: nothing has changed\n',
  });
  expect(ask('reload', '--', '-l', `puredb:${daemon?.database}`, '-A', '-E', '-H', '-c', '9').stdout).toMatch(
    /^Reloaded; changed: .*--maxclientsnumber/,
  );
});

test('pure-ftpctl drain --wait comes back when the server has ended', () => {
  expect(ask('drain', '--wait').stdout).toMatch(/^The server ends\.\nThe server has ended\.\n$/);
  expect(ask('health')).toMatchObject({ status: 3 });
});
