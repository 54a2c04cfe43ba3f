// A download manager, and the client that came with systems when the web was young.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { peerPath, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { Daemon, LOGIN, PASSWORD } from '../support/daemon.ts';
import { runProgram } from '../support/program.ts';

const CONTENT = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 7) % 251));

const HOSTS = ['127.0.0.1', '::1'] as const;

/** A daemon for each family, with the same files. */
function servers(): ReadonlyMap<string, Daemon> {
  const running = new Map<string, Daemon>();
  beforeAll(async () => {
    for (const host of HOSTS) {
      const daemon = await Daemon.start({ host });
      mkdirSync(join(daemon.home, 'folder'), { mode: 0o777 });
      writeFileSync(join(daemon.home, 'folder/data.bin'), CONTENT);
      running.set(host, daemon);
    }
  });
  afterAll(async () => {
    for (const daemon of running.values()) await daemon[Symbol.asyncDispose]();
  });
  return running;
}

function serverOn(running: ReadonlyMap<string, Daemon>, host: string): Daemon {
  const daemon = running.get(host);
  if (daemon === undefined) throw new Error(`nothing runs on ${host}`);
  return daemon;
}

describeWith(['aria2c'], 'aria2', () => {
  const running = servers();
  test.each(HOSTS)('fetches a file in several pieces at once from %s', async (host) => {
    const { port } = serverOn(running, host);
    using folder = tempFolder();
    const at = `${LOGIN}:${PASSWORD}@${host.includes(':') ? `[${host}]` : host}:${port}`;
    const { status } = await runProgram(peerPath('aria2c'), [
      '--no-conf',
      '--quiet',
      '--split=3',
      '--min-split-size=1M',
      `--dir=${folder.path}`,
      '--out=fetched',
      `ftp://${at}/folder/data.bin`,
    ]);
    expect(status).toBe(0);
    expect(readFileSync(folder.file('fetched')).equals(CONTENT)).toBe(true);
  });
});

describeWith(['inetutils-ftp'], 'the client of GNU inetutils', () => {
  const running = servers();
  test.each([
    ['127.0.0.1', 'passive'],
    ['127.0.0.1', 'active'],
    ['::1', 'passive'],
    ['::1', 'active'],
  ] as const)('lists, fetches, sends, renames and removes at %s, %s', async (host, mode) => {
    const daemon = serverOn(running, host);
    using folder = tempFolder();
    const home = join(daemon.home, mode);
    const script = [
      `open ${host} ${daemon.port}`,
      `user ${LOGIN} ${PASSWORD}`,
      ...(mode === 'passive' ? ['passive'] : []),
      'binary',
      `mkdir ${mode}`,
      `get folder/data.bin ${folder.file('fetched')}`,
      `cd ${mode}`,
      `put ${folder.file('fetched')} sent`,
      'rename sent renamed',
      'ls',
      'pwd',
      `put ${folder.file('fetched')} other`,
      'delete other',
      'bye',
    ];
    const { output } = await runProgram(peerPath('inetutils-ftp'), ['-n', '-v'], { input: `${script.join('\n')}\n` });
    expect(output).toMatch(/-rw-r--r--.* 3000000 .* renamed/);
    expect(readFileSync(folder.file('fetched')).equals(CONTENT)).toBe(true);
    expect(readFileSync(join(home, 'renamed')).equals(CONTENT)).toBe(true);
    expect(output).not.toMatch(/^(?:4|5)\d\d /m);
  });
});
