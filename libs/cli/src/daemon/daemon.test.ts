import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { isRunning } from '@pure-ftpd/testing';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { PidFile, QuestionServer, type QuestionServerOptions, runProgram } from './index.ts';

let folder = '';
const at = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'daemon-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function script(name: string, text: string): string {
  writeFileSync(at(name), `#!/bin/sh\n${text}\n`);
  chmodSync(at(name), 0o755);
  return at(name);
}

const bounds = { maxOutput: 4095, limitMs: 60_000, env: {} };

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}

describe('a program', () => {
  test('has no arguments, no shell, nothing to read, and the environment it is given', async () => {
    const file = script('show', 'echo "$# $NAME $(pwd) $(id -u)"; cat; env | cut -d= -f1 | sort | tr "\\n" " "');
    const { output, failure } = await runProgram({ ...bounds, file, env: { NAME: '$(id) `id`;id' } });
    expect(failure).toBeUndefined();
    const [first, second] = output.toString().split('\n');
    expect(first).toBe(`0 $(id) \`id\`;id / ${process.getuid?.()}`);
    expect(second?.split(' ').filter((name) => !['PWD', 'SHLVL', 'OLDPWD', '_', ''].includes(name))).toEqual(['NAME']);
  });

  test('that cannot be run is told', async () => {
    const { output, failure } = await runProgram({ ...bounds, file: at('nothing') });
    expect(output).toHaveLength(0);
    expect(failure).toContain('ENOENT');
  });

  test('that says too much is heard up to the limit', async () => {
    const file = script('talk', 'while echo 0123456789; do :; done 2>/dev/null');
    const { output } = await runProgram({ ...bounds, maxOutput: 25, file });
    expect(output.toString()).toBe('0123456789\n0123456789\n012');
  });

  test('is killed with what it has started, when its time is over', async () => {
    const file = script('slow', `sleep 1000 & echo $! > ${at('pid')}; echo begun; wait`);
    // Longer than a busy machine takes to begin it.
    const { output, failure } = await runProgram({ ...bounds, limitMs: 2000, file });
    expect(failure).toContain('killed');
    expect(output.toString()).toBe('begun\n');
    await until(() => !isRunning(Number(readFileSync(at('pid'), 'utf8'))));
  });

  test('is killed when it is not wanted any more, and not run when it never was', async () => {
    const stop = new AbortController();
    const file = script('wait', `echo x > ${at('ran')}; exec sleep 1000`);
    const run = runProgram({ ...bounds, limitMs: 600_000, file, signal: stop.signal });
    await until(() => existsSync(at('ran')));
    stop.abort();
    expect((await run).failure).toContain('not wanted any more');
    rmSync(at('ran'));
    expect((await runProgram({ ...bounds, file, signal: stop.signal })).failure).toBeDefined();
    expect(existsSync(at('ran'))).toBe(false);
  });
});

/** Asks in one or more pieces; what was answered until the connection ended. */
async function ask(path: string, ...parts: readonly string[]): Promise<string> {
  const socket = connect({ path, allowHalfOpen: true });
  let heard = '';
  const over = new Promise<void>((resolve) => {
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    socket.on('end', resolve);
    socket.on('close', () => resolve());
    // A connection that is dropped says as little as one that is closed.
    socket.on('error', () => resolve());
  });
  for (const part of parts) {
    socket.write(part);
    await new Promise(setImmediate);
  }
  await over;
  socket.destroy();
  return heard;
}

describe('a server of questions', () => {
  let number = 0;
  async function serve(
    options: Partial<QuestionServerOptions> = {},
  ): Promise<{ path: string; server: QuestionServer }> {
    const path = at(`socket-${(number += 1)}`);
    const server = new QuestionServer({
      path,
      answer: (lines) => Promise.resolve(Buffer.from(`${lines.join('|')}!`)),
      maxQuestion: 100,
      questionMs: 10_000,
      maxAtOnce: 2,
      maxWaiting: 3,
      ...options,
    });
    await server.listen();
    onTestFinished(() => server.close());
    return { path, server };
  }

  test('answers and closes, also when the question comes byte by byte, or with something behind it', async () => {
    const { path } = await serve();
    expect(await ask(path, 'a\nend\n')).toBe('a|end!');
    expect(await ask(path, ...'a\n\nendless\n'.split(''))).toBe('a||endless!');
    expect(await ask(path, 'end\nmore\nend\n')).toBe('end!');
  });

  test('keeps its socket to its owner', async () => {
    const { path } = await serve();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('says nothing to a question without an end, or too long, and goes on', async () => {
    const { path } = await serve();
    expect(await ask(path, `${'x'.repeat(200)}\nend\n`)).toBe('');
    const socket = connect({ path });
    socket.end('a\n');
    await once(socket.resume(), 'close');
    expect(await ask(path, 'a\nend\n')).toBe('a|end!');
  });

  test('says nothing to a question that is too slow', async () => {
    const { path } = await serve({ questionMs: 50 });
    expect(await ask(path, 'a\nend')).toBe('');
  });

  test('answers so many at a time, in turn, and lets go of more than may wait', async () => {
    let running = 0;
    let most = 0;
    const free = Promise.withResolvers<void>();
    const { path } = await serve({
      async answer() {
        most = Math.max(most, (running += 1));
        await free.promise;
        running -= 1;
        return Buffer.from('done');
      },
    });
    const answers = Array.from({ length: 8 }, () => ask(path, 'end\n'));
    await until(() => running === 2);
    // Those beyond what may wait are let go of at once.
    expect(await Promise.race(answers)).toBe('');
    free.resolve();
    const heard = await Promise.all(answers);
    expect(heard.filter((answer) => answer === 'done')).toHaveLength(5);
    expect(most).toBe(2);
  });

  test('ends what is done for who has gone, and not for who has only ended its side', async () => {
    const asked: string[] = [];
    const { path } = await serve({
      answer: async ([line], signal) => {
        asked.push(String(line));
        if (String(line) === 'half') return Buffer.from('answer');
        await once(signal, 'abort');
        asked.push('aborted');
        return Buffer.alloc(0);
      },
    });
    const gone = connect({ path });
    gone.write('gone\nend\n');
    await until(() => asked.includes('gone'));
    gone.destroy();
    await until(() => asked.includes('aborted'));
    const half = connect({ path, allowHalfOpen: true });
    half.end('half\nend\n');
    const heard: Buffer[] = [];
    half.on('data', (chunk: Buffer) => heard.push(chunk));
    await once(half, 'close');
    expect(Buffer.concat(heard).toString()).toBe('answer');
  });

  test('ends what it is at, and leaves no socket', async () => {
    let aborted = false;
    const asked = Promise.withResolvers<void>();
    const { path, server } = await serve({
      answer: (_, signal) => {
        asked.resolve();
        return new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            aborted = true;
            resolve(Buffer.alloc(0));
          });
        });
      },
    });
    const answer = ask(path, 'end\n');
    await asked.promise;
    await server.close();
    expect(await answer).toBe('');
    expect([aborted, existsSync(path)]).toEqual([true, false]);
  });

  test('replaces the socket of a daemon that was killed, and nothing else', async () => {
    const path = at('stale');
    const code = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    await once(spawn(process.execPath, ['-e', code]), 'exit');
    expect(existsSync(path)).toBe(true);
    const { server } = await serve({ path });
    const second = new QuestionServer({
      path,
      answer: () => Promise.resolve(Buffer.alloc(0)),
      maxQuestion: 1,
      questionMs: 1,
      maxAtOnce: 1,
      maxWaiting: 1,
    });
    await expect(second.listen()).rejects.toMatchObject({ code: 'SOCKET', cause: { code: 'EADDRINUSE' } });
    expect(await ask(path, 'end\n')).toBe('end!');
    await server.close();
    writeFileSync(path, 'a file');
    await expect(second.listen()).rejects.toMatchObject({ cause: { code: 'EEXIST' } });
    expect(readFileSync(path, 'utf8')).toBe('a file');
  });

  test('does not take the sockets of those who are gone for theirs', async () => {
    const { path } = await serve();
    const sockets: Socket[] = [];
    for (let index = 0; index < 20; index += 1) {
      const socket = connect({ path });
      socket.on('error', () => undefined);
      sockets.push(socket);
      socket.destroy();
    }
    await until(() => sockets.every((socket) => socket.closed));
    // Places are given back.
    let heard = '';
    while (heard === '') heard = await ask(path, 'end\n');
    expect(heard).toBe('end!');
  });
});

describe('a pid file', () => {
  test('has the process id, and is removed only while it is ours', () => {
    const file = PidFile.write(at('a.pid'));
    expect(readFileSync(at('a.pid'), 'utf8')).toBe(`${process.pid}\n`);
    file.remove();
    expect(existsSync(at('a.pid'))).toBe(false);
    const other = PidFile.write(at('a.pid'));
    writeFileSync(at('a.pid'), '1\n');
    other.remove();
    expect(readFileSync(at('a.pid'), 'utf8')).toBe('1\n');
  });

  test('takes the place of another in one step, and follows no link', () => {
    writeFileSync(at('target'), 'untouched');
    symlinkSync(at('target'), at('b.pid'));
    const file = PidFile.write(at('b.pid'));
    expect(readFileSync(at('target'), 'utf8')).toBe('untouched');
    expect(lstatSync(at('b.pid')).isFile()).toBe(true);
    const next = PidFile.write(at('b.pid'));
    // It has the same content, and is another's.
    file.remove();
    expect(readFileSync(at('b.pid'), 'utf8')).toBe(`${process.pid}\n`);
    next.remove();
    expect(readdirSync(folder).filter((name) => name.startsWith('b.pid'))).toEqual([]);
  });

  test('leaves nothing behind where it cannot be written', () => {
    mkdirSync(at('c.pid'));
    expect(() => PidFile.write(at('c.pid'))).toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
    expect(readdirSync(folder).filter((name) => name.startsWith('c.pid'))).toEqual(['c.pid']);
  });
});
