// The program as it is typed.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { RawClient, temporaryFolder, untilTrue } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

const PROGRAM = path.join(import.meta.dirname, 'main.ts');

interface Started extends AsyncDisposable {
  readonly port: number;
  readonly said: string;
}

/** Starts it, and comes back when it has said where it serves, and `until`. */
async function start(args: readonly string[], until: RegExp, environment: NodeJS.ProcessEnv = {}): Promise<Started> {
  const child = spawn(process.execPath, [PROGRAM, '--port', '0', ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await untilTrue('it serves', () => child.exitCode !== null || (/^Serving .*:\d+\/$/m.test(said) && until.test(said)));
  return { port: Number(/:(\d+)\/$/m.exec(said)?.[1]), said, [Symbol.asyncDispose]: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}

test('serves a folder to one user, whose password it makes', async () => {
  using folder = temporaryFolder();
  writeFileSync(path.join(folder.path, 'file'), 'content');
  await using server = await start([folder.path], /^Password of user: \w{16}$/m);
  expect(server.said).toContain(`Serving ${folder.path} at ftp://user@127.0.0.1:`);
  const password = /^Password of user: (\w+)$/m.exec(server.said)?.[1] ?? '';
  const client = await RawClient.login(server.port, 'user', password);
  expect((await client.receive('NLST')).data.toString()).toBe('file\r\n');
  expect((await client.command('MKD new')).code).toBe(257);
  client.close();
});

test('a user of another name, who may only read, and anybody', async () => {
  using folder = temporaryFolder();
  const args = [folder.path, '--user', 'anne', '--permissions', 'elr', '--anonymous'];
  await using server = await start(args, /^/, { FTP_PASSWORD: 'from outside' });
  expect(server.said).not.toContain('assword');
  const client = await RawClient.login(server.port, 'anne', 'from outside');
  expect((await client.command('MKD new')).code).toBe(550);
  client.close();
  (await RawClient.login(server.port, 'anonymous', 'x')).close();
});

test('the password of a user is asked for on a terminal, which does not show it', async () => {
  using folder = temporaryFolder();
  const command = `exec "${process.execPath}" "${PROGRAM}" "${folder.path}" --port 0 --user anne`;
  const { FTP_PASSWORD: _, ...env } = process.env;
  const child = spawn('script', ['-qec', command, '/dev/null'], { env });
  let screen = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
  });
  const ended = once(child, 'close');
  try {
    await untilTrue('it asks', () => screen.includes('Password of anne: '));
    child.stdin.write('hidden1\u007F\r');
    await untilTrue('it serves', () => /^Serving .*:\d+\/\r$/m.test(screen));
    const port = Number(/:(\d+)\/\r$/m.exec(screen)?.[1]);
    (await RawClient.login(port, 'anne', 'hidden')).close();
    expect(screen).not.toMatch(/hidden|Password of anne: \w/);
    child.stdin.write('\u0003');
    await ended;
  } finally {
    child.kill('SIGKILL');
  }
});

test('a password on the command line works, and is said to be seen by others', async () => {
  using folder = temporaryFolder();
  await using server = await start([folder.path, '--user', 'anne:a:b', '--require-tls'], /can see the password/);
  expect(server.said).toContain('signed by itself');
  const client = await RawClient.connect(server.port);
  await client.reply();
  expect((await client.command('USER anne')).code).toBe(550);
  expect((await client.command('AUTH TLS')).code).toBe(234);
  client.close();
});

test.for([
  [['--bogus'], 'Unknown argument: bogus'],
  [['/nonexistent'], 'no such directory: /nonexistent'],
  [['--passive-ports', '7'], '60000-60100 is expected'],
  [['--permissions', 'xyz'], 'no such permission: x'],
  [['--certificate', '/nonexistent'], 'ENOENT'],
] as const)('%o is a mistake in one line', ([args, words]) => {
  const { status, stderr } = spawnSync(process.execPath, [PROGRAM, '--port', '0', ...args], { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toContain(words);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});

test('--help names every option on lines of 100 characters at most', () => {
  const { stdout } = spawnSync(process.execPath, [PROGRAM, '--help'], { encoding: 'utf8' });
  for (const option of ['--host', '--user', '--anonymous', '--tls', '--masquerade', '--passive-ports'])
    expect(stdout).toContain(option);
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
});
