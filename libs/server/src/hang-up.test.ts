import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import path from 'node:path';

import { type RawClient, soak, untilTrue } from '@pure-ftpd/testing';
import { describe, expect, test } from 'vitest';

import { FTPHandler } from './face/ftp-handler.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

/** What a server heard of its uploads. */
interface Heard {
  readonly received: string[];
  readonly incomplete: string[];
}

function handler(settings: Partial<Pick<typeof FTPHandler, 'hangUp' | 'uploadLinger' | 'atomicUploads'>> = {}): {
  readonly Handler: typeof FTPHandler;
  readonly heard: Heard;
} {
  const heard: Heard = { received: [], incomplete: [] };
  class Listening extends FTPHandler {
    override onFileReceived(file: string): void {
      heard.received.push(path.basename(file));
    }
    override onIncompleteFileReceived(file: string): void {
      heard.incomplete.push(path.basename(file));
    }
  }
  return { Handler: Object.assign(Listening, settings), heard };
}

/** How a client leaves once it has ended the data connection. */
type Leaving = 'QUIT' | 'no QUIT' | 'reset';

/** Sends everything, ends the data connection, and leaves at once. */
async function sendAndLeave(
  ftp: TestServer,
  command: string,
  content: Buffer,
  leaving: Leaving,
  before: readonly string[] = [],
): Promise<void> {
  const client = await ftp.login();
  await client.command('TYPE I');
  for (const line of before) await client.command(line);
  const data = await client.passive();
  data.on('error', () => undefined);
  client.send(`${command}\r\n`);
  data.end(content, () => {
    if (leaving === 'QUIT') client.send('QUIT\r\n');
    if (leaving === 'reset') client.socket.resetAndDestroy();
    else client.socket.destroy();
  });
}

async function untilGone(ftp: TestServer): Promise<void> {
  await untilTrue('the session is over', () => ftp.server.sessionCount === 0);
}

const SIZES = [0, 1, 1000, 100_000, 3_000_000] as const;

describe('a client that sends all, ends the data connection and leaves without waiting', () => {
  test.each(['QUIT', 'no QUIT', 'reset'] as const)('%s: hangUp = store keeps all of it', async (leaving) => {
    const { Handler, heard } = handler({ hangUp: 'store' });
    await using ftp = await startTestServer(Handler);
    const rounds = soak(2, 100);
    for (let round = 0; round < rounds; round += 1) {
      for (const size of SIZES) {
        const content = Buffer.alloc(size, 97 + (round % 26));
        await sendAndLeave(ftp, 'STOR file', content, leaving);
        await untilGone(ftp);
        expect(readFileSync(path.join(ftp.folder, 'file')).equals(content), `${size} bytes`).toBe(true);
        writeFileSync(path.join(ftp.folder, 'grown'), 'old');
        await sendAndLeave(ftp, 'APPE grown', content, leaving);
        await untilGone(ftp);
        expect(statSync(path.join(ftp.folder, 'grown')).size).toBe(3 + size);
      }
    }
    expect(heard.received).toHaveLength(rounds * SIZES.length * 2);
    expect(heard.incomplete).toEqual([]);
    expect(readdirSync(ftp.folder).toSorted()).toEqual(['file', 'grown']);
    expect(ftp.errors).toEqual([]);
  });

  test('hangUp = discard stores it after QUIT', async () => {
    const { Handler, heard } = handler();
    await using ftp = await startTestServer(Handler);
    for (const size of SIZES) {
      await sendAndLeave(ftp, 'STOR file', Buffer.alloc(size, 'x'), 'QUIT');
      await untilGone(ftp);
      expect(statSync(path.join(ftp.folder, 'file')).size).toBe(size);
    }
    expect(heard).toEqual({ received: SIZES.map(() => 'file'), incomplete: [] });
  });

  test.each(['no QUIT', 'reset'] as const)('%s: hangUp = discard keeps what was there', async (leaving) => {
    const { Handler, heard } = handler();
    await using ftp = await startTestServer(Handler);
    writeFileSync(path.join(ftp.folder, 'file'), 'old');
    for (const verb of ['STOR', 'APPE']) {
      for (const size of SIZES) {
        await sendAndLeave(ftp, `${verb} file`, Buffer.alloc(size, 'x'), leaving);
        await untilGone(ftp);
        expect(readFileSync(path.join(ftp.folder, 'file'), 'latin1')).toBe('old');
      }
    }
    expect(heard.received).toEqual([]);
    expect(readdirSync(ftp.folder)).toEqual(['file']);
  });

  test.each(['QUIT', 'no QUIT', 'reset'] as const)(
    '%s: fewer bytes than ALLO announced are not stored',
    async (how) => {
      const { Handler, heard } = handler({ hangUp: 'store' });
      await using ftp = await startTestServer(Handler);
      writeFileSync(path.join(ftp.folder, 'file'), 'old');
      await sendAndLeave(ftp, 'STOR file', Buffer.from('half'), how, ['ALLO 8']);
      await untilGone(ftp);
      await sendAndLeave(ftp, 'APPE file', Buffer.from('half'), how, ['ALLO 8']);
      await untilGone(ftp);
      expect(readFileSync(path.join(ftp.folder, 'file'), 'latin1')).toBe('old');
      expect(heard).toEqual({ received: [], incomplete: ['file', 'file'] });
      // As many, and those of the upload after that.
      await sendAndLeave(ftp, 'STOR file', Buffer.from('all of it'), how, ['ALLO 9']);
      await untilGone(ftp);
      await sendAndLeave(ftp, 'APPE file', Buffer.from('.'), how, ['ALLO 1']);
      await untilGone(ftp);
      expect(readFileSync(path.join(ftp.folder, 'file'), 'latin1')).toBe('all of it.');
    },
  );

  test('who stays may send fewer bytes than ALLO announced', async () => {
    await using ftp = await startTestServer(handler({ hangUp: 'store' }).Handler);
    const client = await ftp.login();
    await client.command('ALLO 8');
    expect((await client.transmit('STOR file', 'half')).code).toBe(226);
    expect(readFileSync(path.join(ftp.folder, 'file'), 'latin1')).toBe('half');
  });
});

/** A client whose upload runs, and its data connection. */
async function begun(ftp: TestServer, command: string): Promise<{ readonly client: RawClient; readonly data: Socket }> {
  const client = await ftp.login();
  const data = await client.passive();
  data.on('error', () => undefined);
  await client.command(command);
  data.write('first ');
  await untilTrue('bytes have arrived', () =>
    [...ftp.server.sessions].some(({ data }) => (data.transfer?.dtp?.transmittedBytes ?? 0) > 0),
  );
  return { client, data };
}

describe('a client that leaves in the middle of the data', () => {
  test('and goes on to send has it stored, however long it takes after QUIT', async () => {
    const { Handler } = handler({ uploadLinger: 0.05 });
    await using ftp = await startTestServer(Handler);
    const { client, data } = await begun(ftp, 'STOR file');
    client.socket.end('QUIT\r\n');
    await untilTrue(
      'the server knows',
      () => client.socket.readableEnded || [...ftp.server.sessions].every((one) => one.data.isQuitting),
    );
    // Longer than without QUIT: another upload of the same setting is given up meanwhile.
    const other = await begun(ftp, 'STOR other');
    Handler.hangUp = 'store';
    other.client.close();
    await untilTrue('the other one is given up', () => ftp.server.sessionCount === 1);
    data.end('and last');
    await untilGone(ftp);
    expect(readFileSync(path.join(ftp.folder, 'file'), 'latin1')).toBe('first and last');
    expect(existsSync(path.join(ftp.folder, 'other'))).toBe(false);
  });

  test('and is silent then, is given up', async () => {
    const { Handler, heard } = handler({ hangUp: 'store', uploadLinger: 0.05 });
    await using ftp = await startTestServer(Handler);
    writeFileSync(path.join(ftp.folder, 'file'), 'old');
    for (const command of ['STOR file', 'APPE file']) {
      const { client, data } = await begun(ftp, command);
      client.close();
      await once(data, 'close');
      await untilGone(ftp);
      expect(readFileSync(path.join(ftp.folder, 'file'), 'latin1')).toBe('old');
    }
    expect(heard).toEqual({ received: [], incomplete: ['file', 'file'] });
  });

  test('before it has made the data connection, is given up', async () => {
    const { Handler } = handler({ hangUp: 'store', uploadLinger: 0.05 });
    await using ftp = await startTestServer(Handler);
    const client = await ftp.login();
    await client.command('EPSV');
    await client.command('STOR file');
    client.close();
    await untilGone(ftp);
    expect(readdirSync(ftp.folder)).toEqual([]);
  });

  test('by being killed keeps the old file, where hangUp is discard', async () => {
    const { Handler, heard } = handler();
    await using ftp = await startTestServer(Handler);
    writeFileSync(path.join(ftp.folder, 'file'), 'old');
    const rounds = soak(3, 100);
    for (let round = 0; round < rounds; round += 1) {
      // Sends without an end, and dies.
      const sends = `
        const net = require('node:net');
        const control = net.connect(${ftp.port}, '127.0.0.1');
        let text = '';
        const lines = ['USER user', 'PASS secret', 'TYPE I', 'PASV'];
        control.on('data', (chunk) => {
          text += chunk;
          const passive = /,(\\d+),(\\d+)\\)/.exec(text);
          if (passive === null) { if (/\\r\\n$/.test(text)) control.write((lines.shift() ?? 'NOOP') + '\\r\\n'); return; }
          control.removeAllListeners('data');
          const data = net.connect(passive[1] * 256 + Number(passive[2]), '127.0.0.1');
          control.resume();
          control.write('STOR file\\r\\n');
          const piece = Buffer.alloc(65536);
          const more = () => { while (data.write(piece)); data.once('drain', more); };
          data.once('connect', more);
        });`;
      const client = spawn(process.execPath, ['-e', sends], { stdio: 'ignore' });
      // So long that a busy machine has its time to end both connections.
      await untilTrue('it sends', () =>
        [...ftp.server.sessions].some(({ data }) => (data.transfer?.dtp?.elapsedSeconds ?? 0) > 0.4),
      );
      client.kill('SIGKILL');
      await untilGone(ftp);
      expect(statSync(path.join(ftp.folder, 'file')).size, `round ${round}`).toBe(3);
    }
    expect(heard.received).toEqual([]);
    expect(heard.incomplete).toHaveLength(rounds);
    expect(readdirSync(ftp.folder)).toEqual(['file']);
  });
});

test('an upload that the client aborts before it leaves is not stored', async () => {
  const { Handler } = handler({ hangUp: 'store' });
  await using ftp = await startTestServer(Handler);
  const client = await ftp.login();
  const data = await client.passive();
  data.on('error', () => undefined);
  await client.command('STOR file');
  data.write('some');
  client.socket.end('ABOR\r\n');
  await untilGone(ftp);
  data.end();
  expect(readdirSync(ftp.folder)).toEqual([]);
});
