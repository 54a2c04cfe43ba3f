import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';

import { isRunning, openDescriptors, QuestionDaemonPlace, untilTrue } from '@pure-ftpd/testing';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';

const MAIN = new URL('main.ts', import.meta.url).pathname;
const USAGE = readFileSync(new URL('../test-data/usage.out', import.meta.url), 'utf8');
const isRoot = process.getuid?.() === 0;

let place: QuestionDaemonPlace;
beforeEach(() => {
  place = new QuestionDaemonPlace(MAIN);
});
afterEach(() => place[Symbol.asyncDispose]());

describe.skipIf(!isRoot)('the command line', () => {
  test.each([
    [['-h'], 0, USAGE, ''],
    [['-g', '0', '--help'], 0, USAGE, ''],
    [['-x'], 0, USAGE, "pure-authd: invalid option -- 'x'\n"],
    [['-s'], 0, USAGE, "pure-authd: option requires an argument -- 's'\n"],
    [[], 254, '', 'You must give -r /path/to/auth/program\n'],
    [['word', '-s', '/x'], 254, '', 'You must give -r /path/to/auth/program\n'],
    [['-r', 'bin/true', '-s', '/x'], 254, '', 'You must give -r /path/to/auth/program\n'],
    [['-r', '/bin/true'], 254, '', 'You must give -s /path/to/socket\n'],
    [['-r', '/bin/true', '-s', '/nothing/x'], 255, '', 'Unable to bind a local socket: No such file or directory\n'],
    [['-r', '/bin/true', '-s', `/${'x'.repeat(150)}`], 255, '', 'Socket path too long: File name too long\n'],
    // The C program takes a name for root's number, and what is too large for another number.
    [['-u', 'no-such-user'], 254, '', 'Illegal UID - there is no user no-such-user\n'],
    [['-g', 'no-such-group'], 254, '', 'Illegal GID - there is no group no-such-group\n'],
    [['-u', '99999999999'], 254, '', 'Illegal UID - no such number\n'],
    [['-u', '-1'], 254, '', 'Illegal UID - no such number\n'],
    [['-u', '61234'], 254, '', '-u 61234: this user has no account, so that -g is needed\n'],
    [
      ['-r', '/bin/true', '-s', '/x', '--timeout', '0'],
      254,
      '',
      '--timeout 0: a number from 1 to 2147483 is expected\n',
    ],
  ])('%j: status %d', (words, status, out, err) => {
    expect(place.run(...words)).toEqual({ status, out, err });
  });

  test('is for root', () => {
    // The sources may be out of another user's reach: the rights are given up once they are read.
    const runner = new URL('run.ts', import.meta.url).href;
    const code = `const { run } = await import(${JSON.stringify(runner)});
      process.setuid(65534);
      process.exitCode = await run(['-h']);`;
    const ran = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
    expect([ran.status, ran.stderr]).toEqual([255, 'Sorry, but you have to be root to run this program\n']);
  });

  test('leaves a file that is no socket, and a socket that is in use', async () => {
    writeFileSync(place.at('file'), 'precious');
    expect(place.run('-r', '/bin/true', '-s', place.at('file'), '-p', place.at('p')).err).toBe(
      'Unable to bind a local socket: File exists\n',
    );
    expect(readFileSync(place.at('file'), 'utf8')).toBe('precious');
    await place.start('echo x');
    expect(place.run('-r', '/bin/true', '-s', place.at('socket'), '-p', place.at('p'))).toEqual({
      status: 255,
      out: '',
      err: 'Unable to bind a local socket: Address already in use\n',
    });
    expect(existsSync(place.at('p'))).toBe(false);
    expect(await place.ask('account:a\nend\n')).toBe('x\n');
  });
});

describe.skipIf(!isRoot)('answering', () => {
  test('gives the program the name, no argument, and nothing else that the C program does not give', async () => {
    await place.start('env | grep -v ^_= | sort; echo argc=$#; echo cwd=$(pwd); umask');
    expect(await place.ask('account:alice\npassword:s3 cret\nend\n')).toBe(
      'AUTHD_ACCOUNT=alice\nAUTHD_PASSWORD=s3 cret\nPATH=/usr/bin:/bin\nPWD=/\nargc=0\ncwd=/\n0077\n',
    );
  });

  test('copies what the program prints, unparsed, up to 4095 bytes', async () => {
    await place.start(String.raw`printf 'any\377thing\0 no end'`);
    expect(await place.ask('account:a\nend\n')).toBe('any\u{FF}thing\0 no end');
    place.program('yes | head -c 100000');
    expect(await place.ask('account:a\nend\n')).toHaveLength(4095);
  });

  test.each(['', 'account:a\n\0\n', 'account:a\npassword:\xff\nend\n', `account:a\n${'x'.repeat(5000)}`])(
    'runs nothing for %j',
    async (question) => {
      await place.start('echo ran');
      const socket = connect({ path: place.at('socket') });
      socket.on('error', () => undefined);
      let heard = '';
      socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
      socket.end(Buffer.from(question, 'latin1'));
      await once(socket, 'close');
      expect(heard).toBe('');
    },
  );

  test('says at the start that there is no program, and serves all the same', async () => {
    const child = spawn(process.execPath, [
      MAIN,
      '-s',
      place.at('socket'),
      '-r',
      place.at('nothing'),
      '-p',
      place.at('pid'),
    ]);
    onTestFinished(() => void child.kill('SIGKILL'));
    const [line]: unknown[] = await once(child.stderr, 'data');
    expect(String(line)).toBe(`pure-authd: ${place.at('nothing')} cannot be run: No such file or directory\n`);
    await untilTrue('it listens', () => existsSync(place.at('pid')));
    expect(await place.ask('account:a\nend\n')).toBe('');
  });

  test('ends the program of who has gone', async () => {
    await place.start(
      `echo $$ > ${place.at('running')}.new; mv ${place.at('running')}.new ${place.at('running')}; exec sleep 1000`,
    );
    const socket = connect({ path: place.at('socket') });
    socket.write('account:a\nend\n');
    await untilTrue('the program runs', () => existsSync(place.at('running')));
    socket.destroy();
    const pid = Number(readFileSync(place.at('running'), 'utf8'));
    await untilTrue('the program is gone', () => !isRunning(pid));
    expect(isRunning(pid)).toBe(false);
  });

  test('lets 300 wait for a slow program', async () => {
    await place.start('sleep 0.02; echo $AUTHD_ACCOUNT');
    const names = Array.from({ length: 300 }, (_, index) => `host-${index}`);
    const heard = await Promise.all(names.map((name) => place.ask(`account:${name}\nend\n`)));
    expect(heard).toEqual(names.map((name) => `${name}\n`));
  });

  test('tells when there is no program', async () => {
    const child = await place.start('');
    rmSync(place.at('program'));
    const told = once(child.stderr ?? child, 'data');
    expect(await place.ask('account:a\nend\n')).toBe('');
    expect(String(await told)).toMatch(/^pure-authd: .*program: spawn .* ENOENT\n$/);
  });

  test('gives it no empty value, and nothing that was in its own environment', async () => {
    await place.start('env | grep ^AUTHD | sort');
    expect(await place.ask('account:a\npassword:\nlocalport:21\nsni_name:\nend\n')).toBe(
      'AUTHD_ACCOUNT=a\nAUTHD_LOCAL_PORT=21\n',
    );
  });

  test('tells what the program says on standard error, in one line', async () => {
    const child = await place.start(String.raw`printf 'one\ntwo\033[2J' >&2; echo auth_ok:0; echo end`);
    const told = once(child.stderr ?? child, 'data');
    expect(await place.ask('account:a\npassword:secret-word\nend\n')).toBe('auth_ok:0\nend\n');
    const line = String(await told);
    expect(line).toMatch(/^pure-authd: \S+program says: one\\x0atwo\\x1b\[2J\n$/);
    expect(line).not.toContain('secret-word');
  });

  test('ends a program that takes too long or says too much, and answers others meanwhile', async () => {
    await place.start(
      `case $AUTHD_ACCOUNT in slow) sleep 1000 ;; endless) exec yes ;; *) echo $AUTHD_ACCOUNT ;; esac`,
      '--timeout',
      '2',
    );
    const [slow, endless, quick] = await Promise.all(
      ['slow', 'endless', 'quick'].map((name) => place.ask(`account:${name}\nend\n`)),
    );
    expect([slow, endless?.length, quick]).toEqual(['', 4095, 'quick\n']);
  });

  test('keeps no connection, process or descriptor', async () => {
    const child = await place.start('echo $AUTHD_ACCOUNT');
    const pid = child.pid ?? 0;
    await place.ask('account:warm\nend\n');
    const before = openDescriptors(pid);
    const names = Array.from({ length: 60 }, (_, index) => `host-${index}`);
    const heard = await Promise.all(names.map((name) => place.ask(`account:${name}\nend\n`)));
    expect(heard).toEqual(names.map((name) => `${name}\n`));
    await untilTrue('descriptors are given back', () => openDescriptors(pid) <= before);
    expect(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')).toBe('');
  });
});

describe.skipIf(!isRoot)('the daemon', () => {
  test('keeps its socket to root and lets all read its pid', async () => {
    const child = await place.start('');
    expect(statSync(place.at('socket')).mode & 0o777).toBe(0o600);
    expect(statSync(place.at('pid')).mode & 0o777).toBe(0o644);
    expect(readFileSync(place.at('pid'), 'utf8')).toBe(`${child.pid}\n`);
  });

  test.each(['SIGTERM', 'SIGQUIT', 'SIGINT', 'SIGXCPU'] as const)('ends at %s and leaves nothing', async (signal) => {
    const child = await place.start('');
    expect(await place.end(child, signal)).toBe(0);
    expect([existsSync(place.at('socket')), existsSync(place.at('pid'))]).toEqual([false, false]);
  });

  test('ends the program it waits for', async () => {
    const child = await place.start(
      `echo $$ > ${place.at('running')}.new; mv ${place.at('running')}.new ${place.at('running')}; exec sleep 1000`,
    );
    const heard = place.ask('account:a\nend\n');
    await untilTrue('the program runs', () => existsSync(place.at('running')));
    const pid = Number(readFileSync(place.at('running'), 'utf8'));
    expect(await place.end(child, 'SIGTERM')).toBe(0);
    expect(await heard).toBe('');
    await untilTrue('the program is gone', () => !isRunning(pid));
  });

  test('runs the program as the user it is told, without groups of root', async () => {
    await place.start('id -u; id -g; id -G', '-u', '65534', '-g', '65533');
    expect(await place.ask('account:a\nend\n')).toBe('65534\n65533\n65533\n');
    expect(statSync(place.at('socket')).uid).toBe(0);
  });

  test('in the background: the parent says how it went', async () => {
    const words = ['-B', '-s', place.at('socket'), '-r', place.program('echo hello'), '-p', place.at('pid')];
    expect(place.run(...words)).toEqual({ status: 0, out: '', err: '' });
    const pid = Number(readFileSync(place.at('pid'), 'utf8'));
    try {
      expect(await place.ask('account:a\nend\n')).toBe('hello\n');
      expect(place.run('-B', '-s', place.at('socket'), '-r', '/bin/true', '-p', place.at('p'))).toEqual({
        status: 255,
        out: '',
        err: 'Unable to bind a local socket: Address already in use\n',
      });
    } finally {
      process.kill(pid);
    }
    await untilTrue('it has ended', () => !existsSync(place.at('pid')));
  });
});
