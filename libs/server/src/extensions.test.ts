import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from 'vitest';

import { FTPHandler } from './face/ftp-handler.ts';
import { startTestServer } from './testing/test-server.ts';

describe('commands beyond RFC 959', () => {
  test('FEAT names exactly what the command table says', async () => {
    await using ftp = await startTestServer();
    const client = await ftp.connect();
    const features = (await client.command('FEAT')).lines.slice(1, -1).map((line) => line.slice(1));
    expect(features).toContain('HASH SHA-256*;CRC32');
    expect(features).toContain('MLST type*;perm*;size*;modify*;sizd*;UNIX.mode*;UNIX.uid*;UNIX.gid*;unique*;');
    for (const feature of features) {
      const verb = feature.split(' ')[0] ?? '';
      if (!['UTF8', 'TVFS'].includes(verb)) expect(FTPHandler.commands.has(verb), verb).toBe(true);
    }
  });

  test('HASH gives digests a client can compare', async () => {
    await using ftp = await startTestServer();
    const content = Buffer.alloc(3_000_000, 'some content ');
    writeFileSync(path.join(ftp.folder, 'file'), content);
    const client = await ftp.login();
    const sha = createHash('sha256').update(content).digest('hex');
    expect((await client.command('HASH file')).text).toBe(`213 SHA-256 0-3000000 ${sha} /file`);
    expect((await client.command('OPTS HASH crc32')).code).toBe(200);
    writeFileSync(path.join(ftp.folder, 'file'), '123456789');
    expect((await client.command('HASH file')).text).toBe('213 CRC32 0-9 cbf43926 /file');
    expect((await client.command('OPTS HASH MD5')).code).toBe(504);
    expect((await client.command('HASH .')).code).toBe(550);
  });

  test('MFF changes all facts or none', async () => {
    await using ftp = await startTestServer();
    writeFileSync(path.join(ftp.folder, 'file'), '');
    const client = await ftp.login();
    expect((await client.command('MFF modify=20200102030405;UNIX.mode=0640; file')).text).toBe(
      '213 modify=20200102030405;UNIX.mode=0640; file',
    );
    expect(statSync(path.join(ftp.folder, 'file'))).toMatchObject({
      mtimeMs: Date.UTC(2020, 0, 2, 3, 4, 5),
      mode: 0o100640,
    });
    expect((await client.command('MFF UNIX.mode=0600;size=3; file')).code).toBe(504);
    expect(statSync(path.join(ftp.folder, 'file')).mode).toBe(0o100640);
    expect((await client.command('MFF constructor=1; file')).code).toBe(504);
    expect((await client.command('MFF file')).code).toBe(501);
    expect((await client.command('SITE CHMOD 6755 file')).code).toBe(200);
    expect(statSync(path.join(ftp.folder, 'file')).mode).toBe(0o100755);
    for (const bad of ['abc file', '999 file', '644', '12345 file'])
      expect((await client.command(`SITE CHMOD ${bad}`)).code, bad).toBe(501);
  });

  test('MFMT and both forms of SITE UTIME set the time', async () => {
    await using ftp = await startTestServer();
    writeFileSync(path.join(ftp.folder, 'a b'), '');
    const client = await ftp.login();
    const time = (): number => statSync(path.join(ftp.folder, 'a b')).mtimeMs;
    expect((await client.command('MFMT 20010203040506 a b')).code).toBe(213);
    expect(time()).toBe(Date.UTC(2001, 1, 3, 4, 5, 6));
    expect((await client.command('SITE UTIME 20020203040506 a b')).code).toBe(213);
    expect(time()).toBe(Date.UTC(2002, 1, 3, 4, 5, 6));
    expect((await client.command('SITE UTIME a b 20030101000000 20040203040506 20050101000000 UTC')).code).toBe(213);
    expect(time()).toBe(Date.UTC(2004, 1, 3, 4, 5, 6));
    expect((await client.command('MDTM a b')).text).toBe('213 20040203040506');
    expect((await client.command('MFMT yesterday a b')).code).toBe(501);
  });

  test('PRET, AVBL, CLNT, SITE IDLE and SITE TIME answer', async () => {
    await using ftp = await startTestServer();
    writeFileSync(path.join(ftp.folder, 'file'), '');
    const client = await ftp.login();
    expect((await client.command('PRET RETR file')).code).toBe(200);
    expect((await client.command('PRET RETR missing')).code).toBe(550);
    expect((await client.command('PRET STOR new')).code).toBe(200);
    expect((await client.command('AVBL')).text).toMatch(/^213 \d+$/);
    expect((await client.command('CLNT test')).code).toBe(200);
    expect((await client.command('SITE IDLE 60')).code).toBe(200);
    expect((await client.command('SITE IDLE 99999')).code).toBe(501);
    expect((await client.command('SITE TIME')).text).toMatch(/^211 \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    expect((await client.command('SITE NONSENSE')).code).toBe(500);
  });

  test.each(['SITE ıDLE 60', 'TYPE ı', 'STRU ﬁ', 'MODE ſ', 'OPTS HAſH SHA-256', 'HELP LıST'])(
    '%s has no ASCII letter that it looks like',
    async (line) => {
      await using ftp = await startTestServer();
      const client = await ftp.login();
      expect((await client.command(Buffer.from(line).toString('latin1'))).code).toBeGreaterThanOrEqual(500);
    },
  );

  test('HOST is taken before a login, and only if it is a host name', async () => {
    class Named extends FTPHandler {
      override acceptsHost(host: string): boolean {
        return host === 'ftp.example.org';
      }
    }
    await using ftp = await startTestServer(Named);
    const client = await ftp.connect();
    expect((await client.command('HOST other.example.org')).code).toBe(504);
    expect((await client.command('HOST ftp example')).code).toBe(501);
    expect((await client.command('HOST FTP.example.org')).code).toBe(220);
    await client.command('USER user');
    expect((await client.command('HOST ftp.example.org')).code).toBe(503);
  });

  test('ESTP and ESTA make the connection the next transfer uses', async () => {
    await using ftp = await startTestServer();
    writeFileSync(path.join(ftp.folder, 'file'), 'content');
    const client = await ftp.login();
    expect((await client.command('ESTA')).code).toBe(520);
    expect((await client.command('ESTP')).code).toBe(520);
    const data = await client.passive();
    expect((await client.command('ESTP')).text).toBe(`225 Connected to (|1|127.0.0.1|${data.localPort}|)`);
    expect((await client.receive('RETR file', data)).data.toString()).toBe('content');
    const active = await client.active();
    client.send('ESTA\r\n');
    const socket = await active.connection;
    expect((await client.reply()).text).toBe(`225 Connected from (|1|127.0.0.1|${socket.remotePort}|)`);
    expect((await client.transmit('STOR file', 'new', socket)).code).toBe(226);
    expect(readFileSync(path.join(ftp.folder, 'file'), 'latin1')).toBe('new');
    active.close();
  });

  test('a passive port that stays open serves the next transfer, too', async () => {
    await using ftp = await startTestServer(
      class extends FTPHandler {
        static override passivePortsStayOpen = true;
      },
    );
    writeFileSync(path.join(ftp.folder, 'file'), 'content');
    const client = await ftp.login();
    const first = await client.passive();
    const port = first.remotePort ?? 0;
    expect((await client.receive('RETR file', first)).data.toString()).toBe('content');
    const { connect } = await import('node:net');
    expect((await client.receive('RETR file', connect(port, '127.0.0.1'))).data.toString()).toBe('content');
    expect((await client.command('PORT 1,2')).code).toBe(501);
    expect((await client.command('RETR file')).code).toBe(425);
  });
});
