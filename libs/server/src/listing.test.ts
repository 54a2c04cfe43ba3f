import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from 'vitest';

import { DummyAuthorizer } from './authorizers/dummy-authorizer.ts';
import { FTPHandler } from './face/ftp-handler.ts';
import type { Outcome } from './replies/outcomes.ts';
import { startTestServer } from './testing/test-server.ts';

const OLD = new Date('2001-02-03T04:05:06Z');

function fill(folder: string): void {
  mkdirSync(path.join(folder, 'dir'));
  mkdirSync(path.join(folder, 'dir/below'));
  writeFileSync(path.join(folder, 'dir/inner'), 'x');
  writeFileSync(path.join(folder, 'b.txt'), 'four');
  writeFileSync(path.join(folder, 'a b.txt'), 'one');
  writeFileSync(path.join(folder, '.hidden'), '');
  writeFileSync(path.join(folder, 'two\nlines'), '');
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/latin`), Buffer.from([0xe9])]), '');
  symlinkSync('b.txt', path.join(folder, 'link'));
  symlinkSync('dir', path.join(folder, 'dirlink'));
  symlinkSync('/etc', path.join(folder, 'outside'));
  execFileSync('mkfifo', [path.join(folder, 'fifo')]);
  for (const name of ['b.txt', 'a b.txt', 'dir/inner']) utimesSync(path.join(folder, name), OLD, OLD);
  chmodSync(path.join(folder, 'b.txt'), 0o754);
}

const lines = (data: Buffer): string[] => data.toString('latin1').split('\r\n').slice(0, -1);

describe('listings', () => {
  test('LIST shows files, directories and links in byte order, one line each', async () => {
    await using ftp = await startTestServer();
    fill(ftp.folder);
    const client = await ftp.login();
    const { data, reply } = await client.receive('LIST');
    expect(reply.code).toBe(226);
    expect(lines(data).length).toBe(7);
    expect(lines(data).at(-1)).toMatch(/outside -> \/etc$/);
    const file = lines(data).find((line) => /[1;] b\.txt$/.test(line));
    expect(file).toMatch(/^-rwxr-xr-- {4}1 \S+ +\S+ + {0,9}4 Feb {2}3 {2}2001 b\.txt$/);
    expect(lines(data).some((line) => line.endsWith(' latin\xe9'))).toBe(true);
  });

  test('patterns list no more than listings do, however many there are', async () => {
    class Handler extends FTPHandler {
      static override maxListed = 5;
      override concluded(_command: unknown, outcome: Outcome): Outcome {
        if (outcome.name === 'transferComplete') summaries.push(outcome.listing);
        return outcome;
      }
    }
    const summaries: unknown[] = [];
    await using ftp = await startTestServer(Handler);
    for (const directory of ['d1', 'd2', 'd3']) {
      mkdirSync(path.join(ftp.folder, directory));
      for (const name of ['a', 'b', 'c']) writeFileSync(path.join(ftp.folder, directory, name), '');
    }
    const client = await ftp.login();
    const list = async (argument: string): Promise<string[]> =>
      lines((await client.receive(`LIST -1 ${argument}`)).data).filter((line) => /^[a-d/1-3]+$/.test(line));
    expect(await list('d*/*')).toEqual(['d1/a', 'd1/b', 'd1/c', 'd2/a', 'd2/b']);
    expect(await list('d1/* d1/* d1/*')).toEqual(['d1/a', 'd1/b', 'd1/c', 'd1/a', 'd1/b']);
    expect(await list('d1/a '.repeat(9))).toEqual(Array(5).fill('d1/a'));
    expect(await list('d1 d2 d3')).toEqual(['a', 'b', 'c', 'a', 'b']);
    expect(summaries).toEqual(Array.from({ length: 4 }, () => ({ options: '', entries: 5, truncated: true })));
    const { lines: status } = await client.command('STAT d*/*');
    expect(status.filter((line) => / d\d\/[abc]$/.test(line)).length).toBe(5);
    expect(await list('d1/*')).toEqual(['d1/a', 'd1/b', 'd1/c']);
    expect(summaries.at(-1)).toMatchObject({ entries: 3, truncated: false });
  });

  test('LIST takes options and patterns of ls', async () => {
    await using ftp = await startTestServer();
    fill(ftp.folder);
    const client = await ftp.login();
    const list = async (argument: string): Promise<string[]> => lines((await client.receive(`LIST ${argument}`)).data);
    expect(await list('-1 *.txt')).toEqual(['a b.txt', 'b.txt']);
    expect(await list('-1r *.txt')).toEqual(['b.txt', 'a b.txt']);
    expect(await list('-1S *.txt')).toEqual(['b.txt', 'a b.txt']);
    expect(await list('-1a')).toEqual([
      '.',
      '..',
      '.hidden',
      'a b.txt',
      'b.txt',
      'dir',
      'dirlink',
      'latin\xe9',
      'link',
      'outside',
    ]);
    expect(await list('-1 dir')).toEqual(['below', 'inner']);
    expect(await list('-1 dirlink')).toEqual(['below', 'inner']);
    expect(await list('-1d dir')).toEqual(['dir']);
    expect(await list('-1 d*/inn?r')).toEqual(['dir/inner', 'dirlink/inner']);
    expect(await list('-1F')).toEqual(['a b.txt', 'b.txt*', 'dir/', 'dirlink@', 'latin\xe9', 'link@', 'outside@']);
    expect(await list('-1 ../../../*.txt')).toEqual(['../../../a b.txt', '../../../b.txt']);
    expect((await client.receive('LIST missing')).reply.code).toBe(550);
    expect((await client.receive('LIST outside/passwd')).reply.code).toBe(550);
  });

  test('LIST -C sets columns, as wide as the longest name', async () => {
    await using ftp = await startTestServer();
    for (let count = 1; count <= 20; count += 1) writeFileSync(path.join(ftp.folder, `f${count}`), '');
    const client = await ftp.login();
    expect(lines((await client.receive('LIST -C')).data)).toEqual([
      'f1\tf12\tf15\tf18\tf20\tf5\tf8',
      'f10\tf13\tf16\tf19\tf3\tf6\tf9',
      'f11\tf14\tf17\tf2\tf4\tf7',
    ]);
    mkdirSync(path.join(ftp.folder, 'longname'));
    expect(lines((await client.receive('LIST -CF f[12] l* missing f20')).data)).toEqual([
      'f1\tf2',
      '',
      '',
      'longname:',
      '',
      'f20',
    ]);
  });

  test('LIST -R goes down', async () => {
    await using ftp = await startTestServer();
    fill(ftp.folder);
    symlinkSync('..', path.join(ftp.folder, 'dir/below/loop'));
    const client = await ftp.login();
    const { data } = await client.receive('LIST -lR dir');
    expect(lines(data).map((line) => line.split(' ').at(-1))).toEqual([
      'below',
      'inner',
      '',
      '',
      'dir/below:',
      '',
      '..',
    ]);
  });

  test('NLST gives names that can be retrieved as they are', async () => {
    await using ftp = await startTestServer();
    fill(ftp.folder);
    const client = await ftp.login();
    expect(lines((await client.receive('NLST')).data)).toEqual([
      '.hidden',
      'a b.txt',
      'b.txt',
      'dir',
      'dirlink',
      'fifo',
      'latin\xe9',
      'link',
      'outside',
    ]);
    expect(lines((await client.receive('NLST dir')).data)).toEqual(['dir/below', 'dir/inner']);
    expect(lines((await client.receive('NLST -la dir')).data)).toEqual(['dir/below', 'dir/inner']);
    expect(lines((await client.receive('NLST b.txt')).data)).toEqual(['b.txt']);
    expect((await client.receive('NLST nope')).reply.code).toBe(550);
    expect((await client.receive('RETR latin\xe9')).reply.code).toBe(226);
  });

  test('MLSD and MLST give facts, with what the user may do', async () => {
    await using ftp = await startTestServer(class extends FTPHandler {}, { perm: 'elrdw' });
    fill(ftp.folder);
    const client = await ftp.login();
    await client.command('OPTS MLST type;size;modify;perm;');
    const { data } = await client.receive('MLSD');
    expect(lines(data).find((line) => /[1;] b\.txt$/.test(line))).toBe(
      'type=file;size=4;modify=20010203040506;perm=drw; b.txt',
    );
    expect(lines(data).find((line) => line.endsWith('; dir'))).toMatch(/^type=dir;modify=\d+;perm=cdelp; dir$/);
    expect(lines(data).filter((line) => line.includes('lines'))).toEqual([]);
    expect((await client.command('MLST b.txt')).lines[1]).toBe(
      ' type=file;size=4;modify=20010203040506;perm=drw; /b.txt',
    );
    expect((await client.receive('MLSD b.txt')).reply.code).toBe(501);
  });

  test('STAT lists over the control connection', async () => {
    await using ftp = await startTestServer();
    fill(ftp.folder);
    const client = await ftp.login();
    const reply = await client.command('STAT dir');
    expect(reply.code).toBe(213);
    expect(reply.lines.length).toBe(4);
  });

  test('ten thousand entries, and others are served meanwhile', async () => {
    await using ftp = await startTestServer();
    for (let count = 0; count < 10_000; count += 1) writeFileSync(path.join(ftp.folder, `file-${count}`), '');
    const [client, other] = [await ftp.login(), await ftp.login()];
    const state = { finished: false };
    const listing = client.receive('MLSD').then((result) => {
      state.finished = true;
      return result;
    });
    let answered = 0;
    while (!state.finished) {
      await other.command('NOOP');
      answered += 1;
    }
    expect(lines((await listing).data).length).toBe(10_000);
    expect(answered).toBeGreaterThan(5);
  });

  test('a directory without the permission to list shows nothing', async () => {
    class Handler extends FTPHandler {}
    await using ftp = await startTestServer(Handler);
    fill(ftp.folder);
    const authorizer = new DummyAuthorizer();
    authorizer.addUser('user', 'secret', ftp.folder, { perm: 'elr' });
    authorizer.overridePerm('user', path.join(ftp.folder, 'dir'), 'e', true);
    Handler.authorizer = authorizer;
    const client = await ftp.login();
    expect(lines((await client.receive('LIST dir')).data)).toEqual([]);
    expect(lines((await client.receive('LIST -1 dir/*')).data)).toEqual([]);
    expect((await client.receive('NLST dir')).reply.code).toBe(550);
    expect((await client.receive('MLSD dirlink')).reply.code).toBe(550);
    expect((await client.receive('RETR dirlink/inner')).reply.code).toBe(550);
  });
});
