import { createHash, randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import type { Socket } from 'node:net';
import path from 'node:path';

import { untilTrue } from '@pure-ftpd/testing';
import { describe, expect, test } from 'vitest';

import type { SessionEvent } from './contract/events.ts';
import { transferPosition } from './data/progress.ts';
import { FTPHandler } from './face/ftp-handler.ts';
import { startTestServer } from './testing/test-server.ts';

describe('uploads and downloads', () => {
  test('return what they were given, whatever the size', async () => {
    await using ftp = await startTestServer();
    const client = await ftp.login();
    await client.command('TYPE I');
    for (const size of [0, 1, 65_535, 65_536, 65_537, 1_048_577, 20_000_003]) {
      const content = randomBytes(size);
      expect((await client.transmit('STOR file', content)).code, `${size}`).toBe(226);
      const { data, reply } = await client.receive('RETR file');
      expect(reply.code).toBe(226);
      expect(sha(data)).toBe(sha(content));
    }
    expect(readdirSync(ftp.folder)).toEqual(['file']);
  });

  test('work over PASV, EPSV, PORT and EPRT, by IPv4 and IPv6', async () => {
    await using four = await startTestServer();
    const client = await four.login();
    expect((await client.transmit('STOR a', 'over PASV', await client.passive('PASV'))).code).toBe(226);
    const active = await client.active();
    expect(active.reply.code).toBe(200);
    client.send('RETR a\r\n');
    const socket = await active.connection;
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    expect((await client.reply()).code).toBe(150);
    expect((await client.reply()).code).toBe(226);
    await untilTrue('the data has come', () => Buffer.concat(chunks).toString() === 'over PASV');
    active.close();
    await using six = await startTestServer(undefined, { host: '::1' });
    const other = await six.login();
    expect((await other.command('PASV')).code).toBe(425);
    expect((await other.command('EPSV 1')).code).toBe(522);
    expect((await other.transmit('STOR b', 'over EPSV')).code).toBe(226);
    expect((await other.receive('RETR b')).data.toString()).toBe('over EPSV');
  });

  test('tell where they are while they run', async () => {
    const events: SessionEvent[] = [];
    class Telling extends FTPHandler {
      override onEvent(event: SessionEvent): void {
        events.push(event);
        if (event.type === 'transfer') ended = transferPosition(event.transfer ?? 0);
      }
    }
    let ended: number | undefined;
    const position = (): number | undefined => transferPosition(started()?.transfer ?? 0);
    await using ftp = await startTestServer(Telling);
    const started = (): Extract<SessionEvent, { type: 'transferStarted' }> | undefined =>
      events.findLast((event) => event.type === 'transferStarted');
    const client = await ftp.login();
    await client.command('TYPE I');
    expect(events[0]).toMatchObject({ type: 'connect', localAddress: '127.0.0.1', localPort: ftp.port });
    writeFileSync(path.join(ftp.folder, 'file'), '0123456789');
    const upload = await client.passive();
    await client.command('APPE file');
    upload.write('abc');
    await untilTrue('the bytes are there', () => position() === 13);
    expect(started()).toMatchObject({ direction: 'receive', offset: 10, path: path.join(ftp.folder, 'file') });
    upload.end('d');
    await client.reply();
    await client.command('REST 4');
    await client.receive('RETR file');
    expect(started()).toMatchObject({ direction: 'send', offset: 4, size: 14 });
    expect(ended).toBe(14);
    expect(position()).toBeUndefined();
    // Another process would hear the same.
    expect(JSON.parse(JSON.stringify(events))).toEqual(events);
    // One is told of to its end, and a list is no transfer.
    await client.receive('LIST');
    expect((await client.command('RETR file')).code).toBe(425);
    expect(events.filter(({ type }) => type.startsWith('transfer')).map(({ type }) => type)).toEqual([
      'transferStarted',
      'transfer',
      'transferStarted',
      'transfer',
    ]);
  });

  test('an upload appears in one step, when it is complete', async () => {
    await using ftp = await startTestServer();
    const client = await ftp.login();
    writeFileSync(path.join(ftp.folder, 'file'), 'old', { mode: 0o640 });
    chmodSync(path.join(ftp.folder, 'file'), 0o640);
    const data = await client.passive();
    await client.command('STOR file');
    data.write('new content, first half;');
    await untilTrue('bytes have arrived', () =>
      [...ftp.server.sessions].some(({ data }) => (data.transfer?.dtp?.transmittedBytes ?? 0) > 0),
    );
    expect(readFileSync(path.join(ftp.folder, 'file'), 'latin1')).toBe('old');
    data.end(' second half');
    expect((await client.reply()).code).toBe(226);
    expect(readFileSync(path.join(ftp.folder, 'file'), 'latin1')).toBe('new content, first half; second half');
    expect(statSync(path.join(ftp.folder, 'file')).mode & 0o777).toBe(0o640);
  });

  test.each(['reset', 'ABOR', 'control connection lost'])(
    '%s in the middle leaves the old file and nothing else',
    async (how) => {
      await using ftp = await startTestServer();
      const client = await ftp.login();
      writeFileSync(path.join(ftp.folder, 'file'), 'old');
      const data = await client.passive();
      data.on('error', () => undefined);
      await client.command('STOR file');
      data.write(randomBytes(100_000));
      await untilTrue('bytes have arrived', () =>
        [...ftp.server.sessions].some(({ data }) => (data.transfer?.dtp?.transmittedBytes ?? 0) > 0),
      );
      if (how === 'reset') {
        data.resetAndDestroy();
        expect((await client.reply()).code).toBe(426);
        expect((await client.command('NOOP')).code).toBe(200);
      } else if (how === 'ABOR') {
        expect((await client.command('ABOR')).code).toBe(426);
        expect((await client.reply()).code).toBe(226);
      } else client.close();
      await untilTrue('the temporary file is gone', () => readdirSync(ftp.folder).length === 1);
      expect(readFileSync(path.join(ftp.folder, 'file'), 'latin1')).toBe('old');
    },
  );

  test.each(['the end of it', 'ABOR'])(
    'an upload whose directory is renamed meanwhile leaves nothing there after %s',
    async (how) => {
      await using ftp = await startTestServer();
      const client = await ftp.login();
      const other = await ftp.login();
      await client.command('MKD before');
      const data = await client.passive();
      data.on('error', () => undefined);
      expect((await client.command('STOR before/file')).code).toBeLessThan(200);
      data.write('content');
      await untilTrue('it has begun', () => readdirSync(path.join(ftp.folder, 'before')).length === 1);
      await other.command('RNFR before');
      expect((await other.command('RNTO after')).code).toBe(250);
      if (how === 'ABOR') client.send('ABOR\r\n');
      else data.end();
      expect((await client.reply()).code).toBe(how === 'ABOR' ? 426 : 451);
      expect(readdirSync(path.join(ftp.folder, 'after'))).toEqual([]);
      expect((await other.command('RMD after')).code).toBe(250);
    },
  );

  test('REST resumes in both directions, and counts once', async () => {
    await using ftp = await startTestServer();
    const client = await ftp.login();
    await client.command('TYPE I');
    writeFileSync(path.join(ftp.folder, 'file'), '0123456789');
    expect((await client.command('REST 4')).code).toBe(350);
    expect((await client.receive('RETR file')).data.toString()).toBe('456789');
    expect((await client.receive('RETR file')).data.toString()).toBe('0123456789');
    await client.command('REST 10');
    expect((await client.receive('RETR file')).data.length).toBe(0);
    await client.command('REST 11');
    expect((await client.receive('RETR file')).reply.code).toBe(554);
    await client.command('REST 6');
    expect((await client.transmit('STOR file', 'ABC')).code).toBe(226);
    expect(readFileSync(path.join(ftp.folder, 'file'), 'latin1')).toBe('012345ABC');
    for (const line of ['STOR file', 'STOR missing']) {
      await client.command('REST 10');
      expect((await client.transmit(line, 'ABC')).code).toBe(554);
    }
    expect(readFileSync(path.join(ftp.folder, 'file'), 'latin1')).toBe('012345ABC');
    expect(readdirSync(ftp.folder)).toEqual(['file']);
    await client.command('REST 9');
    expect((await client.transmit('STOR file', 'D')).code).toBe(226);
    expect(readFileSync(path.join(ftp.folder, 'file'), 'latin1')).toBe('012345ABCD');
    for (const bad of ['-1', 'x', '1e3', '99999999999999999999', ' 5'])
      expect((await client.command(`REST ${bad}`)).code, bad).toBe(501);
  });

  test('APPE appends, STOU names', async () => {
    await using ftp = await startTestServer();
    const client = await ftp.login();
    expect((await client.transmit('APPE file', 'one ')).code).toBe(226);
    expect((await client.transmit('APPE file', 'two')).code).toBe(226);
    expect(readFileSync(path.join(ftp.folder, 'file'), 'latin1')).toBe('one two');
    const data = await client.passive();
    const opened = await client.command('STOU');
    expect(opened.code).toBe(150);
    data.end('unique');
    expect((await client.reply()).code).toBe(226);
    const name = /FILE: (\S+)/.exec(opened.text)?.[1] ?? '';
    expect(readFileSync(path.join(ftp.folder, name), 'latin1')).toBe('unique');
  });

  test('an APPE that fails leaves the file as it was: who tries again appends once', async () => {
    await using ftp = await startTestServer();
    const client = await ftp.login();
    const file = path.join(ftp.folder, 'file');
    writeFileSync(file, 'one ');
    for (const how of ['reset', 'ABOR'] as const) {
      const data = await client.passive();
      data.on('error', () => undefined);
      await client.command('APPE file');
      data.write('tw');
      await untilTrue('it has arrived', () => statSync(file).size === 6);
      if (how === 'reset') data.resetAndDestroy();
      else client.send('ABOR\r\n');
      expect((await client.reply()).code).toBe(426);
      if (how === 'ABOR') expect((await client.reply()).code).toBe(226);
      expect(readFileSync(file, 'latin1')).toBe('one ');
    }
    // Unless somebody else has written behind it.
    const data = await client.passive();
    data.on('error', () => undefined);
    await client.command('APPE file');
    data.write('tw');
    await untilTrue('it has arrived', () => statSync(file).size === 6);
    appendFileSync(file, ' three');
    data.resetAndDestroy();
    expect((await client.reply()).code).toBe(426);
    expect(readFileSync(file, 'latin1')).toBe('one tw three');
  });

  test('an APPE to a new file that fails leaves none where it is written in place', async () => {
    class InPlace extends FTPHandler {
      static override atomicUploads = false;
    }
    await using ftp = await startTestServer(InPlace);
    const client = await ftp.login();
    const file = path.join(ftp.folder, 'file');
    const begin = async (): Promise<Socket> => {
      const data = await client.passive();
      data.on('error', () => undefined);
      await client.command('APPE file');
      data.write('tw');
      await untilTrue('it has arrived', () => statSync(file).size === 2);
      return data;
    };
    (await begin()).resetAndDestroy();
    expect((await client.reply()).code).toBe(426);
    expect(readdirSync(ftp.folder)).toEqual([]);
    // Another that has taken its place stays.
    const data = await begin();
    renameSync(file, `${file}.away`);
    writeFileSync(file, '');
    data.resetAndDestroy();
    expect((await client.reply()).code).toBe(426);
    expect(readdirSync(ftp.folder)).toEqual(['file', 'file.away']);
  });

  test('ASCII type converts line ends both ways', async () => {
    await using ftp = await startTestServer();
    const client = await ftp.login();
    await client.command('TYPE A');
    expect((await client.transmit('STOR text', 'one\r\ntwo\r\n')).code).toBe(226);
    expect(readFileSync(path.join(ftp.folder, 'text'), 'latin1')).toBe('one\ntwo\n');
    expect((await client.receive('RETR text')).data.toString()).toBe('one\r\ntwo\r\n');
  });

  test('commands during a transfer: NOOP and STAT at once, the others after it, none lost', async () => {
    await using ftp = await startTestServer();
    const client = await ftp.login();
    const data = await client.passive();
    await client.command('STOR file');
    expect((await client.command('NOOP')).code).toBe(200);
    expect((await client.command('STAT')).code).toBe(211);
    client.send('PWD\r\nNOOP\r\nSYST\r\n');
    data.end('content');
    const codes = [];
    for (let count = 0; count < 4; count += 1) codes.push((await client.reply()).code);
    expect(codes).toEqual([226, 257, 200, 215]);
  });

  test('QUIT during a transfer lets it finish', async () => {
    await using ftp = await startTestServer();
    const client = await ftp.login();
    const data = await client.passive();
    await client.command('STOR file');
    client.send('QUIT\r\n');
    data.end('content');
    expect((await client.reply()).code).toBe(226);
    expect((await client.reply()).code).toBe(221);
    expect(readFileSync(path.join(ftp.folder, 'file'), 'latin1')).toBe('content');
  });

  test('a transfer without a data connection is 425', async () => {
    await using ftp = await startTestServer(
      class extends FTPHandler {
        static override dataConnectionTimeout = 0.1;
      },
    );
    const client = await ftp.login();
    writeFileSync(path.join(ftp.folder, 'file'), 'x');
    expect((await client.command('RETR file')).code).toBe(425);
    await client.command('EPSV');
    expect((await client.command('RETR file')).code).toBe(150);
    expect((await client.reply()).code).toBe(425);
    expect((await client.command('PORT 127,0,0,1,0,1')).code).toBe(501);
    expect((await client.command('PORT 127,0,0,2,200,1')).code).toBe(501);
  });

  test('only regular files are moved', async () => {
    await using ftp = await startTestServer();
    const client = await ftp.login();
    symlinkSync('/etc/passwd', path.join(ftp.folder, 'outside'));
    symlinkSync('/dev/zero', path.join(ftp.folder, 'endless'));
    for (const line of [
      'RETR .',
      'RETR missing',
      'RETR outside',
      'RETR endless',
      'RETR ../../etc/passwd',
      'STOR outside',
      'STOR .',
      'STOR no/such',
    ]) {
      await client.command('EPSV');
      expect((await client.command(line)).code, line).toBe(550);
    }
  });
});

function sha(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
