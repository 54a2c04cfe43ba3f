import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, lchownSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { RawClient } from '@pure-ftpd/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { Daemon, servedAs } from '../support/daemon.ts';
import { treeDigest } from '../support/tree.ts';

/** What is outside must not be read. */
const CANARY = 'the canary outside';

let daemon: Daemon;
let client: RawClient;

beforeEach(async () => {
  daemon = await Daemon.start();
  const { uid, gid } = servedAs();
  const { home, outside } = daemon;
  mkdirSync(join(outside, 'folder'));
  writeFileSync(join(outside, 'secret'), CANARY);
  writeFileSync(join(outside, 'folder', 'secret'), CANARY);
  writeFileSync(join(home, 'own'), 'own');
  for (const path of ['folder', 'folder/secret', 'secret']) {
    // Anybody may do anything there: only the jail is in the way.
    chownSync(join(outside, path), uid, gid);
  }
  chownSync(join(home, 'own'), uid, gid);
  client = await daemon.login();
});
afterEach(async () => {
  client.close();
  await daemon[Symbol.asyncDispose]();
});

/** Links in the home by name, and where they lead. */
function links(): Record<string, string> {
  const { outside } = daemon;
  return {
    absolute: outside,
    relative: '../outside',
    climbing: '../../../../../../../../../../../../../../../../..' + outside,
    chain: 'absolute',
    'long-chain': 'chain',
    file: join(outside, 'secret'),
    'relative-file': '../outside/secret',
    root: '/',
    processes: '/proc',
    self: '/proc/self/root',
    descriptors: '/proc/self/fd',
    loop: 'loop',
    'loop-a': 'loop-b',
    'loop-b': 'loop-a',
    nowhere: join(outside, 'new'),
  };
}

function makeLinks(): string[] {
  const made = Object.entries(links());
  for (const [name, target] of made) {
    symlinkSync(target, join(daemon.home, name));
    lchownSync(join(daemon.home, name), servedAs().uid, servedAs().gid);
  }
  return made.map(([name]) => name);
}

function stateOutside(): unknown {
  const times = ['', 'secret', 'folder', 'folder/secret'].map((path) => {
    const { mode, mtimeMs, ctimeMs, ino } = statSync(join(daemon.outside, path));
    return { mode, mtimeMs, ctimeMs, ino };
  });
  return { tree: treeDigest(daemon.outside), times };
}

/** Says a command with whatever data connection it needs, and answers everything heard. */
async function say(command: string): Promise<string> {
  const verb = command.split(' ')[0] ?? '';
  if (['RETR', 'LIST', 'NLST', 'MLSD'].includes(verb)) {
    const { data, reply } = await client.receive(command);
    return `${data.toString('latin1')}${reply.text}`;
  }
  if (['STOR', 'APPE', 'STOU'].includes(verb)) return (await client.transmit(command, 'an intruder')).text;
  return (await client.command(command)).text;
}

/** Every verb that takes a path, with a path. */
function commandsOn(path: string): string[] {
  return [
    `SIZE ${path}`,
    `MDTM ${path}`,
    `MLST ${path}`,
    `MLSD ${path}`,
    `LIST ${path}`,
    `LIST -R ${path}`,
    `NLST ${path}`,
    `STAT ${path}`,
    `RETR ${path}`,
    `STOR ${path}`,
    `APPE ${path}`,
    `MFMT 20200101000000 ${path}`,
    `SITE CHMOD 777 ${path}`,
    `SITE UTIME 20200101000000 ${path}`,
    `MKD ${path}`,
    `CWD ${path}`,
    `STOU`,
    'CWD /',
  ];
}

describe('links that lead outside', () => {
  test('no command reads or changes anything through them', async () => {
    const names = makeLinks();
    const before = stateOutside();
    for (const name of names) {
      for (const path of [
        name,
        `${name}/secret`,
        `${name}/folder`,
        `${name}/folder/secret`,
        `${name}/new`,
        `${name}/..`,
      ]) {
        for (const command of commandsOn(path)) {
          const heard = await say(command);
          expect(heard, command).not.toContain(CANARY);
          // Names of what is in the root directory of the machine.
          expect(heard, command).not.toMatch(/\b(vmlinuz|lost\+found|sbin|etc)\b/);
        }
      }
    }
    expect(stateOutside()).toEqual(before);
  });

  test('deleting or renaming one concerns the link', async () => {
    const names = makeLinks();
    const before = stateOutside();
    for (const name of names) {
      expect((await client.command(`RNFR ${name}`)).code, name).toBe(350);
      expect((await client.command(`RNTO moved-${name}`)).code, name).toBe(250);
      expect((await client.command(`DELE moved-${name}`)).code, name).toBe(250);
    }
    expect(stateOutside()).toEqual(before);
  });

  test('deleting and renaming through one is refused', async () => {
    makeLinks();
    const before = stateOutside();
    for (const link of ['absolute', 'relative', 'climbing', 'long-chain']) {
      expect((await client.command(`DELE ${link}/secret`)).code).toBeGreaterThanOrEqual(400);
      expect((await client.command(`RMD ${link}/folder`)).code).toBeGreaterThanOrEqual(400);
      expect((await client.command(`RNFR ${link}/secret`)).code).toBeGreaterThanOrEqual(400);
      expect((await client.command('RNFR own')).code).toBe(350);
      expect((await client.command(`RNTO ${link}/own`)).code).toBeGreaterThanOrEqual(400);
    }
    expect(stateOutside()).toEqual(before);
    expect(readFileSync(join(daemon.home, 'own'), 'utf8')).toBe('own');
  });

  test('links within the home are followed', async () => {
    mkdirSync(join(daemon.home, 'inner'));
    writeFileSync(join(daemon.home, 'inner', 'file'), 'inside');
    symlinkSync('inner', join(daemon.home, 'to-inner'));
    // The root of a link is the home, as for a process in a chroot.
    symlinkSync('/inner/file', join(daemon.home, 'to-file'));
    expect((await client.receive('RETR to-inner/file')).data.toString()).toBe('inside');
    expect((await client.receive('RETR to-file')).data.toString()).toBe('inside');
  });
});

/** Swaps a folder of the home for a link to the outside and back, as fast as it can, until it is ended. */
const SWAPPER = `
  const { mkdirSync, renameSync, symlinkSync } = require('node:fs');
  const [home, outside] = process.argv.slice(1);
  process.chdir(home);
  symlinkSync(outside, 'link');
  process.send('ready');
  for (;;) {
    renameSync('swapped', 'aside'); renameSync('link', 'swapped');
    renameSync('swapped', 'link'); renameSync('aside', 'swapped');
  }
`;

test('a folder that is swapped for a link meanwhile leads nobody outside', async () => {
  mkdirSync(join(daemon.home, 'swapped'));
  writeFileSync(join(daemon.home, 'swapped', 'secret'), 'harmless');
  for (const path of ['swapped', 'swapped/secret']) chownSync(join(daemon.home, path), servedAs().uid, servedAs().gid);
  const before = stateOutside();
  const swapper = spawn(process.execPath, ['-e', SWAPPER, daemon.home, daemon.outside], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  try {
    await once(swapper, 'message');
    const end = performance.now() + 5000;
    while (performance.now() < end) {
      const paths = ['swapped/secret', 'swapped/new'];
      for (const path of paths) {
        client.send(`SIZE ${path}\r\nMFMT 20200101000000 ${path}\r\nSITE CHMOD 777 ${path}\r\nMKD ${path}-folder\r\n`);
        client.send(`RMD ${path}-folder\r\nRNFR ${path}\r\nRNTO moved\r\nRNFR moved\r\nRNTO ${path}\r\n`);
        for (let heard = 0; heard < 9; heard += 1) await client.reply();
      }
      const { data } = await client.receive('RETR swapped/secret');
      expect(data.toString()).not.toContain(CANARY);
      await client.transmit('STOR swapped/new', 'an intruder');
      await client.command('DELE swapped/new');
    }
    expect(stateOutside()).toEqual(before);
  } finally {
    const ended = once(swapper, 'exit');
    swapper.kill('SIGKILL');
    await ended;
  }
});
