// The real program, spoken to over real sockets: what a session is like, what each option does, and what is without it.
import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { RawClient, untilTrue } from '@pure-ftpd/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { clientName } from './log/client-name.ts';
import { asUser, inOneProcess, PASSWORD, Place, runProgram, RunningDaemon } from './testing/running-daemon.ts';
import { childrenOf } from './testing/separated-server.ts';

const exec = promisify(execFile);
const hasIPv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

let place: Place;
/** Without options; starting one takes a while. */
let plain: RunningDaemon;
let daemon: RunningDaemon | undefined;

beforeAll(async () => {
  place = new Place();
  mkdirSync(path.join(place.home, 'sub'));
  writeFileSync(path.join(place.home, 'file.txt'), 'content\n');
  for (const name of ['sub', 'file.txt']) place.give(path.join(place.home, name));
  await place.users({
    alice: 'HOME/./',
    sub: 'HOME/./sub',
    free: 'HOME',
    nohome: '/nonexistent/./',
    single: 'HOME/./:::::1::',
    elsewhere: 'HOME/./::::::::::192.0.2.1::',
  });
  plain = await RunningDaemon.start(place);
});
afterAll(async () => {
  await plain.stop();
  place.remove();
});
afterEach(async () => {
  await daemon?.stop();
  daemon = undefined;
});

/** The daemon without options, or one with some. */
async function start(...words: string[]): Promise<RunningDaemon> {
  if (words.length === 0) return plain;
  await daemon?.stop();
  daemon = await RunningDaemon.start(place, words);
  return daemon;
}

describe('a session', () => {
  test('curl lists, uploads and downloads', async () => {
    const { port } = await start();
    const url = `ftp://alice:${PASSWORD}@127.0.0.1:${port}`;
    const upload = path.join(place.folder, 'upload.bin');
    writeFileSync(upload, Buffer.alloc(300_000, 'pure'));
    await exec('curl', ['-sS', '-T', upload, `${url}/sub/`]);
    expect((await exec('curl', ['-sS', `${url}/sub/`])).stdout).toContain('upload.bin');
    await exec('curl', ['-sS', '-o', `${upload}.back`, `${url}/sub/upload.bin`]);
    expect(readFileSync(`${upload}.back`).equals(readFileSync(upload))).toBe(true);
    await exec('curl', ['-sS', '-Q', 'DELE sub/upload.bin', `${url}/`]);
    expect(existsSync(path.join(place.home, 'sub/upload.bin'))).toBe(false);
  });

  test('speaks with the codes of Pure-FTPd', async () => {
    const client = await (await start()).client();
    const codes: [line: string, code: number][] = [
      ['NOPE', 530],
      ['RETR', 530],
      ['ACCT x', 202],
      ['AUTH TLS', 500],
      ['PBSZ 0', 503],
      ['USER', 501],
      ['PASS x', 530],
      ['USER alice', 331],
      [`PASS ${PASSWORD}`, 230],
      ['USER alice', 530],
      ['PASS x', 530],
      ['NOPE', 500],
      ['PWD now', 257],
      ['SIZE file.txt', 213],
      ['TYPE Ixx', 200],
      ['TYPE L8', 200],
      ['TYPE E', 504],
      ['MODE B', 504],
      ['STRU R', 504],
      ['REST', 501],
      ['REST x', 554],
      ['REST  5', 350],
      ['REST 0', 350],
      ['RETR no', 550],
      ['STOR sub', 553],
      ['DELE a\\b', 553],
      ['MKD', 501],
      ['RMD', 550],
      ['RNFR', 550],
      ['RNTO x', 503],
      ['RNFR file.txt', 350],
      ['RNTO nowhere/x', 451],
      ['OPTS UTF8 ON', 200],
      ['SITE', 500],
      ['SITE CHMOD abc file.txt', 501],
      ['CHMOD 644 file.txt', 200],
      ['P@SW', 227],
      ['EPSV 9', 229],
      ['PORT 192,0,2,1,10,10', 500],
      ['PORT 127,0,0,1,0,80', 501],
      ['CWD ~/sub', 250],
      ['CWD', 250],
      ['CWD nowhere', 550],
      ['ALLO', 501],
      ['ALLO -1', 501],
      ['ALLO 10', 200],
      ['QUIT now', 221],
    ];
    for (const [line, code] of codes) {
      expect([line, (await client.command(line)).code]).toEqual([line, code]);
    }
    expect(await client.end()).toBe('');
  });

  test('has the word by which clients know how it reads the argument of LIST at the end of HELP and SITE HELP', async () => {
    daemon = await RunningDaemon.start(place, ['-E']);
    const client = await daemon.session('alice');
    for (const line of ['HELP', 'SITE HELP']) {
      const { code, lines } = await client.command(line);
      expect(code).toBe(214);
      expect(lines.at(-1)).toMatch(/^214 .*\bPure-FTPd\b/);
    }
  });

  test('takes TYPE L with the byte size 8, with a blank before it or not', async () => {
    daemon = await RunningDaemon.start(place, ['-E']);
    const client = await daemon.session('alice');
    for (const type of ['L 8', 'L8', 'l 8']) expect((await client.command(`TYPE ${type}`)).code, type).toBe(200);
    for (const type of ['L 7', 'L7', 'L 80']) expect((await client.command(`TYPE ${type}`)).code, type).toBe(504);
  });

  test.each(['GET / HTTP/1.1', 'POST /', 'CONNECT a:1'])('ends when HTTP is spoken: %s', async (line) => {
    const client = await (await start()).client();
    expect((await client.command(line)).code).toBe(500);
    expect(await client.end()).toBe('');
  });

  test('ends when a line is too long', async () => {
    const client = await (await start()).client();
    expect((await client.command(`USER ${'x'.repeat(5000)}`)).code).toBe(421);
    expect(await client.end()).toBe('');
  });

  test('lists what is not there as empty, and NLST and MLSD with the directory itself', async () => {
    const client = await (await start()).session('alice');
    expect(await client.receive('LIST nothing')).toMatchObject({ data: Buffer.alloc(0), reply: { code: 226 } });
    expect((await client.receive('NLST')).data.toString().split('\r\n')).toEqual(expect.arrayContaining(['.', '..']));
    expect((await client.receive('MLSD')).data.toString()).toContain('type=cdir');
    expect((await client.receive('MLSD')).data.toString()).not.toContain('perm=');
    client.close();
  });

  test('answers the size as it is stored in ASCII type, too', async () => {
    const client = await (await start()).session('alice');
    await client.command('TYPE A');
    expect((await client.command('SIZE file.txt')).text).toBe('213 8');
    client.close();
  });
});

describe('logins', () => {
  test('are refused with one text, and the log has the reason where it is to be verbose', async () => {
    const server = await start('-d');
    const replies = await Promise.all(
      ['alice', 'nobody', 'elsewhere'].map(async (login) => {
        const client = await server.client();
        await client.command(`USER ${login}`);
        const { text } = await client.command(`PASS ${login === 'elsewhere' ? PASSWORD : 'wrong'}`);
        client.close();
        return text;
      }),
    );
    expect(new Set(replies).size).toBe(1);
    expect(replies[0]).toMatch(/^530 /);
    for (const login of ['alice', 'nobody', 'elsewhere'])
      expect(server.log).toContain(`[WARNING] Authentication failed for user [${login}]`);
    expect(server.log).toMatch(/\[DEBUG\] login of \[alice\] refused: wrong password/);
    expect(server.log).toMatch(/\[DEBUG\] login of \[nobody\] refused: no such account/);
    expect(server.log).toMatch(/\[DEBUG\] login of \[elsewhere\] refused: client address 127\.0\.0\.1/);
    expect(server.log).toContain('Command [pass] [<*>]');
    expect(server.log).not.toContain(PASSWORD);
  });

  test('end the session when the home is missing', async () => {
    const server = await start('-d');
    await expect(server.session('nohome')).rejects.toThrow('421');
    // A worker's lines come after its reply.
    await server.logged(/login of \[nohome\] refused/);
    await server.logged(/Home directory not available/);
    expect(server.log).toContain('[ERROR] Home directory not available - aborting');
    expect(server.log).toMatch(/\[DEBUG\] login of \[nohome\] refused: home directory \/nonexistent\S*: /);
  });

  test('end the session when the database cannot be read', async () => {
    const server = await start('-l', `puredb:${path.join(place.folder, 'absent.pdb')}`);
    await server.logged(/WARNING.*absent\.pdb/);
    const client = await server.client();
    await client.command('USER nobody');
    expect((await client.command('PASS x')).code).toBe(421);
    expect(await client.end()).toBe('');
  });

  test('as often as the account allows, and again when a session has ended', async () => {
    const server = await start();
    const first = await server.session('single');
    await expect(server.session('single')).rejects.toThrow('421');
    // The password was right: nobody is to be banned for that.
    expect(server.log).not.toMatch(/Authentication failed/);
    await first.command('QUIT');
    await first.end();
    await server.logged(/\(single@.*\) \[INFO\] Logout\./);
    (await server.session('single')).close();
  });

  test('-u refuses accounts below', async () => {
    await expect((await start('-u', '4000')).session('alice')).rejects.toThrow('530');
    (await (await start('-u', '3001')).session('alice')).close();
  });

  test.each(['ftp', 'Anonymous'])('of %s are refused unless -E makes it an account', async (login) => {
    const client = await (await start()).client();
    expect((await client.command(`USER ${login}`)).code).toBe(530);
    client.close();
    const other = await (await start('-E')).client();
    expect((await other.command(`USER ${login}`)).code).toBe(331);
    other.close();
  });

  inOneProcess(() => {
    test('are refused where there is no folder for them, and the log says so', async () => {
      const server = await start('-e');
      await server.logged(/WARNING.*anonymous users are refused: .*FTP_ANON_DIR/);
      const client = await server.client();
      expect((await client.command('USER alice')).code).toBe(530);
      client.close();
    });
  });
});

/** A daemon that serves the home to anonymous users as well. */
async function anonymous(...words: string[]): Promise<RunningDaemon> {
  daemon = await RunningDaemon.start(place, words, '127.0.0.1,0', { FTP_ANON_DIR: place.home });
  return daemon;
}

// For servers that are not root: root has the account of the system.
inOneProcess(() => {
  describe('anonymous sessions in the folder FTP_ANON_DIR names', () => {
    test('are open at once, whatever the password, and -e makes everybody one', async () => {
      const server = await anonymous();
      const client = await server.client();
      expect((await client.command('USER anonymous')).code).toBe(230);
      expect((await client.command('PASS me@example.org')).code).toBe(230);
      expect((await client.command('USER alice')).code).toBe(230);
      expect((await client.command('PWD')).text).toMatch(/^257 "\/"/);
      client.close();
      const named = await server.client();
      expect((await named.command('USER alice')).code).toBe(331);
      named.close();
      await server.stop();
      const only = await (await anonymous('-e')).client();
      expect((await only.command('USER alice')).code).toBe(230);
      only.close();
    });

    test('may fetch, and bring what is new; nothing that is there changes', async () => {
      writeFileSync(path.join(place.home, 'there'), 'content');
      writeFileSync(path.join(place.home, '.secret'), 'dots');
      const client = await (await anonymous()).client();
      await client.command('USER ftp');
      expect((await client.receive('RETR there')).data.toString()).toBe('content');
      expect((await client.transmit('STOR new', 'brought')).code).toBe(226);
      expect((await client.transmit('STOR there', 'replaced')).code).toBe(550);
      expect((await client.transmit('APPE there', 'more')).code).toBe(550);
      await client.command('REST 3');
      expect((await client.transmit('STOR there', 'rest')).code).toBe(550);
      for (const line of [
        'DELE there',
        'RNFR there',
        'RMD .',
        'MKD made',
        'SITE CHMOD 600 there',
        'MFMT 20200101000000 there',
      ]) {
        expect((await client.command(line)).code, line).toBe(550);
      }
      for (const line of ['RETR .secret', 'STOR .x', 'STOR a/.b/c', 'CWD ..x', 'CWD .hidden']) {
        await client.command('EPSV');
        expect((await client.command(line)).code, line).toBe(553);
      }
      expect((await client.command('CWD ..')).code).toBe(250);
      expect(readFileSync(path.join(place.home, 'there'), 'latin1')).toBe('content');
      client.close();
    });
  });
});

describe('confinement', () => {
  test('a home with /./ is a jail, with or without -A, and the session starts behind the mark', async () => {
    const client = await (await start()).session('sub');
    expect((await client.command('PWD')).text).toMatch(/^257 "\/sub"/);
    await client.command('CWD ../../../..');
    expect((await client.command('PWD')).text).toMatch(/^257 "\/"/);
    expect((await client.command('SIZE /file.txt')).code).toBe(213);
    client.close();
  });

  test('without /./ and -A a user sees the file system, and starts at home', async () => {
    const client = await (await start()).session('free');
    expect((await client.command('PWD')).text).toMatch(new RegExp(`^257 "${place.home}"`));
    expect((await client.command('CWD /')).code).toBe(250);
    expect((await client.command(`SIZE ${place.home}/file.txt`)).code).toBe(213);
    await client.command('CWD ~');
    expect((await client.command('PWD')).text).toMatch(new RegExp(`^257 "${place.home}"`));
    client.close();
  });

  test('-A confines everybody to the home', async () => {
    const client = await (await start('-A')).session('free');
    expect((await client.command('PWD')).text).toMatch(/^257 "\/"/);
    expect((await client.command('SIZE /file.txt')).code).toBe(213);
    client.close();
  });

  test('no link leads out of a jail', async () => {
    const link = path.join(place.home, 'out');
    symlinkSync('/etc', link);
    try {
      const client = await (await start('-A')).session('free');
      expect((await client.command('CWD out')).code).toBe(550);
      expect((await client.command('SIZE out/passwd')).code).toBe(550);
      client.close();
    } finally {
      rmSync(link);
    }
  });
});

describe('limits', () => {
  test('-c: more sessions are turned away', async () => {
    const server = await start('-c', '1');
    const first = await server.client();
    const second = await RawClient.connect(server.port);
    expect((await second.reply()).code).toBe(421);
    await server.logged(/\[WARNING\] Too many connections \(1\): refused \[127\.0\.0\.1\]/);
    first.close();
  });

  test('-C: more sessions of one address are turned away', async () => {
    const server = await start('-C', '1');
    const first = await server.client();
    const second = await RawClient.connect(server.port);
    expect((await second.reply()).code).toBe(421);
    first.close();
  });

  test('-k: uploads to a file system that is fuller are refused', async () => {
    const full = await (await start('-k', '0.0001')).session('alice');
    expect((await full.transmit('STOR sub/new', 'x')).code).toBe(552);
    expect((await full.transmit('STOU', 'x')).code).toBe(552);
    full.close();
    const roomy = await (await start('-k', '99.999')).session('alice');
    expect((await roomy.transmit('STOR sub/new', 'x')).code).toBe(226);
    await roomy.command('DELE sub/new');
    roomy.close();
  });

  test('-I is told in the greeting', async () => {
    const client = await RawClient.connect((await start('-I', '7')).port);
    expect((await client.reply()).text).toContain('7 minutes');
    client.close();
  });
});

describe('files', () => {
  test.each([
    [[], 0o644, 0o755],
    [['-U', '077:027'], 0o700, 0o750],
  ])('%j gives new files mode %o and directories %o', async (words, file, directory) => {
    const client = await (await start(...words)).session('alice');
    expect((await client.transmit('STOR new', 'x')).code).toBe(226);
    await client.command('MKD newdir');
    expect(statSync(path.join(place.home, 'new')).mode & 0o7777).toBe(file);
    expect(statSync(path.join(place.home, 'newdir')).mode & 0o7777).toBe(directory);
    await client.command('DELE new');
    await client.command('RMD newdir');
    client.close();
  });

  test('an upload under way has a temporary name, and the old content stays until its end', async () => {
    const server = await start();
    const client = await server.session('alice');
    await client.transmit('STOR kept', 'old');
    const inode = statSync(path.join(place.home, 'kept')).ino;
    const data = await client.passive();
    client.send('STOR kept\r\n');
    await client.reply();
    data.write('new');
    const temporary = (): string[] => readdirSync(place.home).filter((name) => name.startsWith('.pureftpd-upload.'));
    await untilTrue('the upload has begun', () => temporary().length === 1);
    const [, epoch, port, pid, random] =
      /^\.pureftpd-upload\.([0-9a-f]+)\.([0-9a-f]+)\.([0-9a-f]+)\.([0-9a-f]+)$/.exec(temporary()[0] ?? '') ?? [];
    expect(Math.abs(Number.parseInt(epoch ?? '', 16) - Date.now() / 1000)).toBeLessThan(60);
    // The process that writes it: a worker, where there are some.
    const pids = [server.pid, server.serverPid, ...childrenOf(server.serverPid).map((child) => child.pid)].map((id) =>
      id.toString(16),
    );
    expect(port).toBe(server.port.toString(16));
    expect(pids).toContain(pid);
    expect(random?.length).toBeGreaterThanOrEqual(8);
    expect(readFileSync(path.join(place.home, 'kept'), 'utf8')).toBe('old');
    data.end();
    expect((await client.reply()).code).toBe(226);
    expect(readFileSync(path.join(place.home, 'kept'), 'utf8')).toBe('new');
    expect(statSync(path.join(place.home, 'kept')).ino).not.toBe(inode);
    await client.command('DELE kept');
    client.close();
  });

  test('--write-in-place keeps the inode', async () => {
    const client = await (await start('--write-in-place')).session('alice');
    await client.transmit('STOR kept', 'old');
    const inode = statSync(path.join(place.home, 'kept')).ino;
    await client.transmit('STOR kept', 'new');
    expect(statSync(path.join(place.home, 'kept')).ino).toBe(inode);
    await client.command('DELE kept');
    client.close();
  });
});

describe('addresses', () => {
  test('-p: passive ports are of the range', async () => {
    const client = await (await start('-p', '41000:41009')).session('alice');
    for (let round = 0; round < 5; round += 1) {
      const [, port] = /\|\|\|(\d+)\|/.exec((await client.command('EPSV')).text) ?? [];
      expect(Number(port)).toBeGreaterThanOrEqual(41_000);
      expect(Number(port)).toBeLessThanOrEqual(41_009);
    }
    client.close();
  });

  test('-P: 227 announces another address, and the local one without it', async () => {
    const client = await (await start('-P', '192.0.2.9')).session('alice');
    expect((await client.command('PASV')).text).toMatch(/^227 Entering Passive Mode \(192,0,2,9,\d+,\d+\)$/);
    client.close();
    const other = await (await start()).session('alice');
    expect((await other.command('PASV')).text).toMatch(/^227 Entering Passive Mode \(127,0,0,1,\d+,\d+\)$/);
    other.close();
  });

  test('-P: a name is looked up for each client, and one that is not found ends the session', async () => {
    const client = await (await start('-P', 'localhost')).session('alice');
    expect((await client.command('PASV')).text).toContain('(127,0,0,1,');
    client.close();
    const other = await RawClient.connect((await start('-P', 'nosuch.invalid')).port);
    expect((await other.reply()).code).toBe(421);
  });

  test('-S without an address listens on all; -4 and -6 on one family', async () => {
    const both = await RunningDaemon.start(place, [], ',0');
    await both.logged(/listening on 0\.0\.0\.0:/);
    if (hasIPv6) await both.logged(/listening on \[::\]:/);
    await both.stop();
    const four = await RunningDaemon.start(place, ['-4'], ',0');
    expect(four.log).not.toContain('[::]');
    await four.stop();
    if (!hasIPv6) return;
    const six = await RunningDaemon.start(place, ['-6'], ',0');
    expect(six.log).not.toContain('0.0.0.0');
    const client = await RawClient.connect(six.port, '::1');
    expect((await client.reply()).code).toBe(220);
    client.close();
    await six.stop();
  });

  test('-4 with -6 leaves nothing to listen on', async () => {
    const { status, err } = await runProgram(['-4', '-6', '-l', 'puredb:/x', ...asUser()]);
    expect({ status, err }).toEqual({
      status: 1,
      err: expect.stringMatching(/^pure-ftpd: nothing to listen on[^\n]*\n$/),
    });
  });

  test('-H: the log has the address; without it the name, if there is one', async () => {
    const numeric = await start('-H');
    (await numeric.client()).close();
    const [, address] = await numeric.logged(/\(\?@(.*)\) \[INFO\] New connection/);
    expect(address).toBe('127.0.0.1');
    (await plain.client()).close();
    const [, name] = await plain.logged(/\(\?@(.*)\) \[INFO\] New connection/);
    expect(name).toBe(await clientName('127.0.0.1'));
  });
});
