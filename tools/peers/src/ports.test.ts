import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort, untilGreeting } from './ports.ts';

test('a free port can be listened on', async () => {
  const port = await freePort();
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  server.close();
  expect(port).toBeGreaterThan(1023);
});

test('no two processes that look for ports at the same time are given the same one', async () => {
  const program = `
    import { freePorts } from ${JSON.stringify(new URL('ports.ts', import.meta.url).href)};
    const ports = [];
    for (let count = 1; count <= 40; count += 1) ports.push(await freePorts(50));
    console.log(ports.join(' '));
    process.stdin.resume();`;
  const finders = Array.from({ length: 3 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  try {
    const found = await Promise.all(finders.map(async ({ stdout }) => String((await once(stdout, 'data'))[0])));
    const ports = found.flatMap((text) =>
      text.split(' ').flatMap((range) => {
        const [first = 0, last = 0] = range.split(',').map(Number);
        return Array.from({ length: last - first + 1 }, (_, index) => first + index);
      }),
    );
    expect(ports).toHaveLength(3 * 40 * 50);
    expect(new Set(ports).size).toBe(ports.length);
  } finally {
    for (const finder of finders) finder.stdin.end();
    await Promise.all(finders.map((finder) => once(finder, 'exit')));
  }
});

test('a greeting is waited for until somebody listens', async () => {
  const port = await freePort();
  const greeting = untilGreeting(port, AbortSignal.timeout(60_000));
  const server = createServer((socket) => socket.end('220 ready\r\n'));
  // The first attempt has failed by now or fails soon: it was made before anybody listened.
  server.listen(port, '127.0.0.1');
  expect(await greeting).toBe('220 ready\r\n');
  server.close();
  await once(server, 'close');
});

test('waiting ends with the reason of the signal', async () => {
  const abort = new AbortController();
  const greeting = untilGreeting(await freePort(), abort.signal);
  abort.abort(new Error('enough'));
  await expect(greeting).rejects.toThrow('enough');
});

test('a listener that says nothing does not hold it up', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const abort = new AbortController();
  server.once('connection', () => abort.abort(new Error('silent')));
  await expect(untilGreeting(port, abort.signal)).rejects.toThrow('silent');
  server.close();
});
