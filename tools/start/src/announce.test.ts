import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';

async function run(pid: number, port: number): Promise<string> {
  const file = join(import.meta.dirname, 'announce.ts');
  const child: ChildProcess = spawn(process.execPath, [file, String(pid), '127.0.0.1', String(port), 'it is up']);
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await once(child, 'close');
  return output;
}

async function listen(port: number): Promise<[port: number, close: () => Promise<void>]> {
  const server = createServer((socket) => socket.on('error', () => socket.destroy()).end()).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const close = async (): Promise<void> => {
    server.close();
    await once(server, 'close');
  };
  return [typeof address === 'object' && address !== null ? address.port : 0, close];
}

test('speaks when somebody listens', async () => {
  const [port, close] = await listen(0);
  expect(await run(process.pid, port)).toBe('it is up');
  await close();
});

test('waits for a server that comes later', async () => {
  const [port, closeFirst] = await listen(0);
  await closeFirst();
  const output = run(process.pid, port);
  const [, close] = await listen(port);
  expect(await output).toBe('it is up');
  await close();
});

test('says nothing for a server that has ended', async () => {
  const [port, close] = await listen(0);
  await close();
  const ended = spawn('true');
  await once(ended, 'exit');
  expect(await run(ended.pid ?? 0, port)).toBe('');
});
