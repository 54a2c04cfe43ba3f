// Defects that FTP servers have had, and ours must not: rows of docs/security-history.md that no other test is about.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { freePort, type RunningServer, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { RawClient, untilTrue } from '@pure-ftpd/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { greets } from '../support/c-server.ts';
import { descriptorCount, processTree } from '../support/process-usage.ts';
import { ours } from '../support/programs.ts';
import { startDaemon } from '../support/servers.ts';
import { createUserDatabase } from '../support/user-database.ts';

const UID = 3001;

async function listed(client: RawClient, command: string): Promise<string> {
  return String((await client.receive(command)).data);
}

describeWith(['root'], 'what went wrong elsewhere', () => {
  let folder: TempFolder;
  let home: string;
  let login: readonly string[];
  let server: RunningServer;
  const clients: RawClient[] = [];

  beforeAll(async () => {
    folder = tempFolder();
    chmodSync(folder.path, 0o755);
    home = folder.file('home');
    for (const name of ['', 'sub', 'sub/deep']) mkdirSync(join(home, name));
    for (const name of ['file', 'sub/inner', '{a,b}', 'star*']) writeFileSync(join(home, name), name);
    symlinkSync('..', join(home, 'sub/deep/up'));
    for (const name of ['', 'sub', 'sub/deep', 'file', 'sub/inner']) chownSync(join(home, name), UID, UID);
    const user = { login: 'alice', password: 'golden', uid: UID, gid: UID, home };
    login = ['-l', `puredb:${await createUserDatabase(folder.path, [user])}`, '-H'];
    server = await startDaemon(ours, { args: login, anonymousHome: home });
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });
  afterAll(async () => {
    await server.stop();
    folder.remove();
  });

  /** A session in binary; it is closed after the test. */
  async function session(user = 'alice', port = server.port): Promise<RawClient> {
    const client = await RawClient.connect(port);
    clients.push(client);
    await client.reply();
    if ((await client.command(`USER ${user}`)).code === 331) await client.command('PASS golden');
    await client.command('TYPE I');
    return client;
  }

  const inHome = (name: string): string => readFileSync(join(home, name), 'latin1');

  test('a lone dash before thousands of bytes reads nothing else (MLSD, NLST)', async () => {
    const client = await session();
    for (const verb of ['MLSD', 'NLST', 'LIST']) {
      const { data, reply } = await client.receive(`${verb} -${'x'.repeat(4000)}`);
      expect([226, 501, 550]).toContain(reply.code);
      expect(String(data)).not.toContain('golden');
      expect((await client.command('NOOP')).code).toBe(200);
    }
  });

  test('braces are not expanded, and mean themselves', async () => {
    const client = await session();
    expect((await listed(client, 'LIST -1 {a,b}')).trim()).toBe('{a,b}');
    expect(await listed(client, `LIST -1 ${'{a,b}'.repeat(500)}`)).toBe('');
  });

  test('a malformed PORT or EPRT takes the endpoint of before away', async () => {
    const client = await session();
    for (const line of [
      'PORT 1,2,3',
      'PORT a,b,c,d,e,f',
      'PORT',
      'EPRT |1|127.0.0.1|0|',
      'EPRT |1|127.0.0.1|99',
      'EPRT',
    ]) {
      const data = await client.passive();
      data.on('error', () => undefined);
      expect([line, (await client.command(line)).code]).toEqual([line, 501]);
      expect([line, (await client.command('LIST')).code]).toEqual([line, 425]);
      data.destroy();
    }
  });

  test('every line of FEAT ends with CR LF, also with -N and -P', async () => {
    for (const words of [['-N'], ['-P', '127.0.0.1']]) {
      await using other = await startDaemon(ours, { args: [...login, ...words] });
      const client = await session('alice', other.port);
      let raw = '';
      client.socket.on('data', (text: string) => (raw += text));
      await client.command('FEAT');
      expect(raw.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
      expect(raw).toMatch(/^211-.*\r\n( .*\r\n)+211 .*\r\n$/);
    }
  });

  test('an address that is announced is not told otherwise by ESTA', async () => {
    await using other = await startDaemon(ours, { args: [...login, '-P', '192.0.2.1'] });
    expect((await (await session('alice', other.port)).command('ESTA')).text).not.toContain('127');
  });

  test('REST to the size of a file is a success without data, and beyond it is refused once', async () => {
    const client = await session();
    await client.command('REST 4');
    expect(await client.receive('RETR file')).toMatchObject({ data: Buffer.alloc(0), reply: { code: 226 } });
    await client.command('REST 5');
    expect((await client.receive('RETR file')).reply.code).toBeGreaterThan(500);
    expect(String((await client.receive('RETR file')).data)).toBe('file');
  });

  test('offsets beyond 32 bits are right in both directions', async () => {
    const client = await session();
    writeFileSync(join(home, 'huge'), '');
    truncateSync(join(home, 'huge'), 5_000_000_000);
    chownSync(join(home, 'huge'), UID, UID);
    expect((await client.command('SIZE huge')).text).toBe('213 5000000000');
    await client.command('REST 4999999998');
    expect((await client.transmit('STOR huge', 'end')).code).toBe(226);
    expect(statSync(join(home, 'huge')).size).toBe(5_000_000_001);
    await client.command('REST 4999999997');
    expect(String((await client.receive('RETR huge')).data)).toBe('\0end');
    await client.command('DELE huge');
  });

  test('a short file over a long one leaves no tail, and two uploads of one name are not mixed', async () => {
    const [one, other] = [await session(), await session()];
    await one.transmit('STOR long', 'x'.repeat(1000));
    expect((await one.transmit('STOR long', 'short')).code).toBe(226);
    expect(inHome('long')).toBe('short');
    const contents = ['a', 'b'].map((letter) => letter.repeat(3_000_000));
    await Promise.all([one, other].map((client, index) => client.transmit('STOR long', contents[index] ?? '')));
    expect(contents).toContain(inHome('long'));
    await one.command('DELE long');
  });

  test('changing modes holds on to no descriptor', async () => {
    const client = await session();
    const { pid = 0 } = server.process;
    const before = descriptorCount(pid);
    for (let count = 0; count < 300; count += 1) expect((await client.command('SITE CHMOD 644 file')).code).toBe(200);
    expect(descriptorCount(pid)).toBeLessThanOrEqual(before);
  });

  test('the root of a home keeps its owner’s access, and is neither renamed nor removed', async () => {
    const client = await session();
    await client.command('SITE CHMOD 000 /');
    expect(statSync(home).mode & 0o700).toBe(0o700);
    for (const line of [
      'RNFR /',
      'RNFR .',
      'RNFR ..',
      'DELE .',
      'DELE /',
      'RMD .',
      'RMD /',
      'RMD ..',
      'SITE CHMOD 000 .',
    ]) {
      await client.command(line);
      await client.command('RNTO elsewhere');
      expect(existsSync(join(home, 'file'))).toBe(true);
    }
    expect(statSync(home).mode & 0o700).toBe(0o700);
    expect(existsSync(join(home, 'elsewhere'))).toBe(false);
    chmodSync(home, 0o755);
  });

  test('paths are simplified before anything is made', async () => {
    const client = await session();
    expect((await client.command('MKD sub/../made')).code).toBe(257);
    expect((await client.transmit('STOR ./made//x', 'x')).code).toBe(226);
    expect(inHome('made/x')).toBe('x');
    expect((await client.command('MKD sub/..')).code).toBeGreaterThan(500);
    await client.command('DELE made/x');
    expect((await client.command('RMD made/')).code).toBe(250);
  });

  test('what an unfinished upload has left can be removed where there is no quota', async () => {
    writeFileSync(join(home, '.pureftpd-upload.1.2.3.4'), 'x');
    expect((await (await session()).command('DELE .pureftpd-upload.1.2.3.4')).code).toBe(250);
  });

  test('dot files are known in every part of a path, and anonymous REST and STOR leaves the file alone', async () => {
    const client = await session('ftp');
    for (const line of ['STOR a/.b/c', 'STOR ./.x', 'RETR ..../.x', 'CWD sub/.y', 'MKD .z'])
      expect([line, (await client.command(line)).code]).toEqual([line, 553]);
    for (const offset of [1, 4]) {
      await client.command(`REST ${offset}`);
      expect((await client.transmit('STOR file', 'evil')).code).toBeGreaterThan(500);
    }
    expect(inHome('file')).toBe('file');
  });

  test('NLST expands nothing, and options do not eat letters of the name', async () => {
    const client = await session();
    expect((await client.receive('NLST *')).reply.code).not.toBe(226);
    expect(await listed(client, 'NLST -la sub')).toContain('inner');
    expect(await listed(client, 'LIST -la sub')).toContain('inner');
  });

  test('patterns of any length and of many steps back end soon, and so do circles of links', async () => {
    const client = await session();
    const begun = performance.now();
    for (const pattern of ['*/../'.repeat(700), '*'.repeat(4000), '[a-'.repeat(1300), `${'a'.repeat(4000)}*`])
      expect((await client.receive(`LIST ${pattern}`)).reply.code).toBeLessThan(560);
    const circle = await listed(client, 'LIST -1R sub');
    expect(circle.split('\n').length).toBeLessThan(20);
    expect((await client.command('PWD')).text).toContain('"/"');
    expect(performance.now() - begun).toBeLessThan(120_000);
  });

  test('one passive port alone limits nothing less than more of them', async () => {
    const port = await freePort();
    await using other = await startDaemon(ours, { args: [...login, '-p', `${port}:${port}`, '-c', '1'] });
    await untilTrue('there is room', async () => {
      const client = await RawClient.connect(other.port);
      clients.push(client);
      return (await client.reply()).code === 220;
    });
    expect((await (await RawClient.connect(other.port)).reply()).code).toBe(421);
  });

  test('started without descriptors 0 to 2 it serves, and no line of the log reaches a client', async () => {
    const port = await freePort();
    const command = [ours.program('pure-ftpd'), '-S', `127.0.0.1,${port}`, '--user', '3001:3001', '-E', ...login];
    const child = spawn(
      'sh',
      ['-c', 'exec "$@" <&- >&- 2>&-', 'sh', ...command, '-g', folder.file('closed.pid'), '-d', '-d'],
      {
        stdio: 'inherit',
      },
    );
    try {
      await untilTrue('it greets', () => greets(port, '127.0.0.1'));
      const client = await session('alice', port);
      expect(String((await client.receive('RETR file')).data)).toBe('file');
      await client.command('QUIT');
      expect(await client.end()).toBe('');
    } finally {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    }
  });

  test('the list of processes has no argument of the server, and its sockets are not handed on', async () => {
    await session();
    const lines = processTree(server.process.pid ?? 0).map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'latin1'));
    const servers = lines.filter((line) => line.startsWith('pure-ftpd ('));
    expect(servers.length).toBeGreaterThan(0);
    for (const line of servers) expect(line).not.toContain('puredb');
  });

  test('-K keeps files from being renamed, too, as it is documented', async () => {
    await using other = await startDaemon(ours, { args: [...login, '-K'] });
    const client = await session('alice', other.port);
    expect((await client.command('RNFR file')).code).toBe(550);
    expect((await client.command('RNFR sub')).code).toBe(350);
    expect((await client.command('RNTO file')).code).toBeGreaterThan(400);
    expect(readdirSync(home)).toContain('sub');
    expect(inHome('file')).toBe('file');
  });
});
