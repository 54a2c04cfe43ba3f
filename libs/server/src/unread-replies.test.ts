import { untilTrue } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

import { FTPHandler } from './face/ftp-handler.ts';
import { startTestServer } from './testing/test-server.ts';

/** One reply fills what may be held, and the network may take it at once. */
class Talkative extends FTPHandler {
  override ftp_NOOP(): string {
    return `200 ${'x'.repeat(5000)}`;
  }
}

test('commands sent ahead are all answered, in their order, though their replies are more than may be held', async () => {
  await using ftp = await startTestServer(Talkative);
  const client = await ftp.login();
  const ahead = Array.from({ length: 500 }, (_, index) => `NOOP\r\nXUNKNOWN${index}\r\n`).join('');
  client.send(ahead);
  for (let index = 0; index < 500; index += 1) {
    expect((await client.reply()).code).toBe(200);
    expect((await client.reply()).text).toContain(`XUNKNOWN${index}`);
  }
});

test('a client that does not take its replies is made to wait, and gets them all in their order', async () => {
  await using ftp = await startTestServer(Talkative);
  const client = await ftp.login();
  const [session] = ftp.server.sessions;
  client.socket.pause();
  const count = 3000;
  client.send(Array.from({ length: count }, (_, index) => `NOOP\r\nXUNKNOWN${index}\r\n`).join(''));
  await untilTrue('the network takes no more', () => (session?.socket.writableLength ?? 0) > 0);
  client.socket.resume();
  for (let index = 0; index < count; index += 1) {
    expect((await client.reply()).code).toBe(200);
    expect((await client.reply()).text).toContain(`XUNKNOWN${index}`);
  }
  expect(session?.socket.writableLength).toBe(0);
});
