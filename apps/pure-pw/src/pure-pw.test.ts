import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { expect, onTestFinished, describe, test } from 'vitest';
import { sample, Workbench, type Outcome } from './testing/workbench.ts';

const ANSWERS = 'x\nx\n';
// The least that tuning takes.
const QUICK = '-C 8192';
const USER = 'u1:$6$abcdefgh$x:3001:3001:g1:/srv/u1/./';

function workbench(...samples: string[]): Workbench {
  const bench = new Workbench();
  onTestFinished(() => bench[Symbol.dispose]());
  bench.use(...samples);
  return bench;
}

function succeeded(stdout = ''): Outcome {
  return { status: 0, stdout, stderr: '' };
}

describe('show', () => {
  test.each(['alice', 'bob', 'carol'])('prints %s as the C tool does', (login) => {
    const bench = workbench('three.passwd');
    expect(bench.shell(`pure-pw show ${login} -f three.passwd`)).toEqual(succeeded(sample(`show-${login}.out`)));
  });

  test('prints records that are partial, maximal or malformed as the C tool does', () => {
    const bench = workbench('records.passwd');
    const printed = sample('records.passwd')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const login = line.split(':', 1)[0] ?? '';
        const { status, stdout, stderr } = bench.shell(`pure-pw show ${login} -f records.passwd`);
        return `### ${login} (exit ${status})\n${stdout}--- stderr\n${stderr}`;
      });
    expect(printed.join('')).toBe(sample('records.show.out'));
  });

  test('the ids of this system have names', () => {
    const bench = workbench();
    bench.write('p', 'r:$1$a$b:1:1:g:/srv\n');
    const main = `'${process.execPath}' '${import.meta.dirname}/main.ts'`;
    expect(bench.shell(`${main} show r -f p`).stdout).toMatch(/^UID {16}: 1 \([a-z]+\)$/m);
  });
});

describe('list', () => {
  test('prints tabs for a program', () => {
    const bench = workbench('three.passwd', 'records.passwd');
    expect(bench.shell('pure-pw list x -f three.passwd')).toEqual(succeeded(sample('list-three.out')));
    expect(bench.shell('pure-pw list x -f records.passwd').stdout).toBe(sample('records.list.out'));
  });

  test('prints columns on a terminal', () => {
    const bench = workbench('three.passwd');
    const { stdout } = bench.shell("script -qec 'pure-pw list x -f three.passwd' /dev/null </dev/null");
    expect(stdout).toBe(sample('list-three.tty.out'));
  });

  test('names lines it cannot use, and passes bytes through', () => {
    const bench = workbench('odd-lines.passwd');
    expect(bench.shell('pure-pw list x -f odd-lines.passwd')).toEqual({
      status: 0,
      stdout: '',
      stderr: sample('list-odd-lines.err'),
    });
    bench.write('p', 'l\xe9:x:1:1:n\xff:/h\xe9\n');
    expect(bench.shell('pure-pw list x -f p').stdout).toBe('l\xe9\t/h\xe9\tn\xff\n');
    expect(bench.shell('pure-pw show "$(printf \'l\\351\')" -f p').stdout).toContain('Login              : l\xe9\n');
  });

  test('ends quietly when its reader is gone', () => {
    const bench = workbench();
    const line = 'user:x:1:1:name:/home\n';
    bench.write('p', line.repeat(20_000));
    expect(bench.shell('pure-pw list x -f p | head -1')).toEqual(succeeded('user\t/home\tname\n'));
  });
});

describe('usermod', () => {
  test('rewrites each record of the samples as the C tool does, and moves it to the end', () => {
    const bench = workbench('records.passwd');
    const logins = sample('records.passwd').split('\n').slice(0, -1);
    for (const line of logins) {
      bench.shell(`pure-pw usermod ${line.split(':', 1)[0]} -f records.passwd -y 7`);
    }
    expect(bench.read('records.passwd')).toBe(sample('records.usermod-y-7.passwd'));
  });

  test.each([
    ['-t 5x -T " 5"', ':5120:5120::::::::::'],
    ['-t -1', '::18446744073709550592::::::::::'],
    ['-t abc -T 0', '::::::::::::'],
    ['-n abc -N 1e3', '::::::0:1048576:::::'],
    ['-n -1 -N 99999999999999999999', '::::::18446744073709551615:18446744073708503040:::::'],
    ['-q 010 -Q +5 -y 4294967297', ':::10:5:1:::::::'],
    ['-q -1', ':::4294967295:::::::::'],
    ['-y 5n', ':::::5:::::::'],
    ['-z " 900- 1800x"', '::::::::::::900-1800'],
    ['-z 1-2 -z ""', '::::::::::::'],
    ['-y 5 -y ""', '::::::::::::'],
    ['-- -y 5', '::::::::::::'],
    ['word - -y5', ':::::5:::::::'],
    ['-r x -r y', '::::::::::y::'],
  ])('%s', (options, fields) => {
    const bench = workbench();
    bench.write('p', `${USER}\n`);
    expect(bench.shell(`pure-pw usermod u1 -f p ${options}`)).toEqual(succeeded());
    expect(bench.read('p')).toBe(`${USER}${fields}\n`);
  });

  test.each([
    ['-u games', 0, 0],
    ['-u ftpuser', 3001, 3001],
    ['-u otheruser -g 7', 3002, 7],
    ['-g 7 -u otheruser', 3002, 7],
    ['-u otheruser -g 7 -g 8', 3002, 8],
    ['-u 3005', 3005, 0],
    ['-u 3005x', 3005, 0],
    ['-u -1', 4_294_967_295, 0],
    ['-u 4294967297', 1, 0],
    ['-g 0 -g 9', 0, 9],
  ])('%s gives uid %d and gid %d (0: as it was)', (options, uid, gid) => {
    const bench = workbench();
    bench.write('p', 'u1:x:11:12::/h\n');
    expect(bench.shell(`pure-pw usermod u1 -f p ${options}`)).toEqual(succeeded());
    expect(bench.read('p')).toBe(`u1:x:${uid || 11}:${gid || 12}::/h::::::::::::\n`);
  });

  test.each([
    ['-d /a', '/a/./'],
    ['-d /a/./b//', '/a/./b/./'],
    ['-D /a/', '/a'],
    ['-D a:b', 'a_b'],
    ['-d /a -d /b', '/b/./'],
    ['-d /a -D /b', '/b'],
    ['-D /a -d /b', '/b'],
  ])('%s gives the home %s', (options, home) => {
    const bench = workbench();
    bench.write('p', `${USER}\n`);
    expect(bench.shell(`pure-pw usermod u1 -f p ${options}`)).toEqual(succeeded());
    expect(bench.read('p').split(':')[5]).toBe(home);
  });

  test('POSIXLY_CORRECT ends options at the first word', () => {
    const bench = workbench();
    bench.write('p', `${USER}\n`);
    expect(bench.shell('pure-pw usermod u1 -f p word -y 5', { env: { POSIXLY_CORRECT: '1' } })).toEqual(succeeded());
    expect(bench.read('p')).toBe(`${USER}::::::::::::\n`);
  });

  test('an IPv6 address does not break the record', () => {
    const bench = workbench();
    bench.write('p', `${USER}\n`);
    expect(bench.shell('pure-pw usermod u1 -f p -r 2001:db8::/32,192.0.2.1')).toEqual(succeeded());
    expect(bench.read('p').split(':')).toHaveLength(18);
    expect(bench.read('p')).toContain('2001-db8--');
  });

  test('editors at the same time lose nothing of each other', async () => {
    const bench = workbench();
    const fields = ['-y 7', '-n 8', '-N 9', '-q 2', '-Q 3', '-c name'];
    bench.write('p', `${USER}\nother:x:1:1::/h\n`);
    const edits = fields.map(
      (option) =>
        new Promise<number | null>((resolve) => {
          const line = `pure-pw usermod u1 -f p ${option}`;
          const child = spawn('/bin/sh', ['-c', line], { cwd: bench.folder, env: bench.env, stdio: 'ignore' });
          child.on('close', resolve);
        }),
    );
    expect(await Promise.all(edits)).toEqual(fields.map(() => 0));
    expect(bench.read('p')).toBe(
      'other:x:1:1::/h\nu1:$6$abcdefgh$x:3001:3001:name:/srv/u1/./:::2:3:7:8:9437184:::::\n',
    );
    expect(readdirSync(bench.folder)).toEqual(['p']);
  });
});

describe('useradd', () => {
  const add = `pure-pw useradd new -f p -u 3001 -g 3001 -d /srv/new/ ${QUICK}`;

  test('makes a file that only its owner can read', () => {
    const bench = workbench();
    expect(bench.shell(add, { input: ANSWERS }).status).toBe(0);
    expect(statSync(bench.path('p')).mode & 0o777).toBe(0o600);
    expect(bench.read('p')).toMatch(
      /^new:\$argon2id\$v=19\$m=8,t=\d+,p=1\$.{22}\$.{43}:3001:3001::\/srv\/new\/\.\/:{12}\n$/,
    );
  });

  test("'' is unlimited, where the C tool writes zeros that lock the account", () => {
    const bench = workbench();
    const empty = 't T n N q Q y z r R i I'
      .split(' ')
      .map((letter) => `-${letter} ''`)
      .join(' ');
    expect(bench.shell(`${add} ${empty}`, { input: ANSWERS }).status).toBe(0);
    expect(bench.read('p')).toMatch(/:\/srv\/new\/\.\/:{12}\n$/);
  });

  test('0 sessions are written as such', () => {
    const bench = workbench();
    expect(bench.shell(`${add} -y 0 -n 0`, { input: ANSWERS }).status).toBe(0);
    expect(bench.read('p')).toMatch(/\/\.\/:::::0:0::::::\n$/);
  });

  test('adds the newline that the last line lacks', () => {
    const bench = workbench();
    bench.write('p', USER);
    expect(bench.shell(add, { input: ANSWERS }).status).toBe(0);
    expect(bench.read('p').split('\n')).toEqual([USER, expect.stringMatching(/^new:/), '']);
  });

  test('-M is in megabytes', () => {
    const bench = workbench();
    expect(bench.shell(`${add} -C 64 -M 32`, { input: ANSWERS }).status).toBe(0);
    expect(bench.read('p')).toContain('$m=512,t=');
    expect(bench.shell(`${add} -M 0`, { input: ANSWERS })).toEqual({
      status: 1,
      stdout: '',
      stderr: 'memory reserved for password hashing is too low\n',
    });
  });

  test('a hash that no server could verify is refused before the prompt', () => {
    const bench = workbench();
    const { status, stdout, stderr } = bench.shell(`${add} -C 1 -M 2048`, { input: ANSWERS });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe('memory reserved for password hashing is too high: more than 1024 Mb for each login\n');
  });

  test.each(['#new', 'a\nb', 'x'.repeat(2100)])(
    'a login that would break the file is refused before the prompt',
    (login) => {
      const bench = workbench();
      const line = `pure-pw useradd '${login}' -f p -u 3001 -g 3001 -d /srv/new ${QUICK}`;
      const { status, stdout, stderr } = bench.shell(line, { input: ANSWERS });
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toMatch(/^.+\n$/);
      expect(readdirSync(bench.folder)).toEqual([]);
    },
  );
});

describe('prompts', () => {
  const add = `pure-pw useradd new -f p -u 3001 -g 3001 -d /srv/new ${QUICK}`;

  test.each([
    ['nothing', '', 'Password: '],
    ['one answer without its end', 'a', 'Password: \nEnter it again: '],
    ['one answer', 'a\n', 'Password: \nEnter it again: '],
  ])('the end of input after %s is an error', (_what, input, stdout) => {
    const bench = workbench();
    expect(bench.shell(add, { input })).toEqual({
      status: 8,
      stdout,
      stderr: 'Error with entering password - aborting\n',
    });
    expect(readdirSync(bench.folder)).toEqual([]);
  });

  test.each([
    ['an empty password', '\n\n'],
    ['a last answer without its end', 'a\na'],
    ['answers that differ after a CR', 'a\rb\na\rc\n'],
    ['2045 bytes', `${'p'.repeat(2045)}\n${'p'.repeat(2045)}\n`],
  ])('takes %s', (_what, input) => {
    const bench = workbench();
    expect(bench.shell(add, { input })).toEqual(succeeded('Password: \nEnter it again: \n'));
  });

  test('what does not fit into an answer is the next one', () => {
    const bench = workbench();
    const { status, stdout } = bench.shell(add, { input: `${'p'.repeat(2046)}\n` });
    expect({ status, stdout }).toEqual({
      status: 8,
      stdout: "Password: \nEnter it again: \nYou didn't enter the same password\nPassword: ",
    });
  });

  const FIRST = 'Password: ';
  const SECOND = 'Enter it again: ';

  test('a terminal does not show what is typed', async () => {
    const bench = workbench('three.passwd');
    const { status, screen } = await bench.terminal(`pure-pw passwd alice -f three.passwd ${QUICK}`, [
      [FIRST, 'one\n'],
      [SECOND, 'two\n'],
      [FIRST, 'three\n'],
      [SECOND, 'three\n'],
    ]);
    expect({ status, screen }).toEqual({ status: 0, screen: sample('passwd-prompt.tty.out') });
  });

  test('the keys of a terminal work: erase, kill line, kill word, literal, and answers typed ahead', async () => {
    const bench = workbench();
    const typed = 'xx\x15a\xc3\xa9\x7fb d e\x17\x7f\x7f\x16\x15c\r';
    const { status } = await bench.terminal(add, [[FIRST, `${typed}ab \x16\x15c\r`]]);
    expect(status).toBe(0);
    const { verifyPassword } = await import('@pure-ftpd/passwords');
    expect(await verifyPassword(Buffer.from('ab \x15c'), bench.read('p').split(':')[1] ?? '')).toBe(true);
  });

  test('the end-of-input key is the end of input', async () => {
    const bench = workbench();
    const { status, screen } = await bench.terminal(add, [[FIRST, '\x04']]);
    expect({ status, screen }).toEqual({
      status: 8,
      screen: 'Password: Error with entering password - aborting\r\n',
    });
  });

  test.each([
    ['interrupt', '\x03', 130],
    ['quit', '\x1c', 131],
  ])('the %s key ends the program as its signal and gives the terminal back', async (_name, key, status) => {
    const bench = workbench();
    bench.write('session.sh', `trap : INT QUIT\nulimit -c 0\n${add}\necho status=$?\nstty -a\n`);
    const { screen } = await bench.terminal('sh session.sh', [[FIRST, `ab${key}`]]);
    expect(screen).toContain(`status=${status}`);
    expect(screen).toMatch(/ icanon /);
    expect(screen).toMatch(/ echo /);
    expect(readdirSync(bench.folder)).toEqual(['session.sh']);
  });

  test.each(['TERM', 'INT', 'HUP'])('SIG%s from outside gives the terminal back', async (signal) => {
    const bench = workbench();
    // The program is signalled by a process of its session, once it has prompted.
    const killer = `(read answer <go; kill -${signal} $$) & exec ${add}`;
    bench.write('child.sh', `${killer}\n`);
    bench.write('session.sh', `mkfifo go\ntrap : ${signal}\nsh child.sh\necho status=$?\nstty -a\n`);
    const ended = bench.terminal('sh session.sh', [[FIRST, 'ab']], () => bench.shell('echo now >go'));
    const { screen } = await ended;
    expect(screen).toMatch(/status=1(?:43|30|29)/);
    expect(screen).toMatch(/ icanon /);
    expect(screen).toMatch(/ echo /);
  });

  test('the suspend key gives the terminal back until the program goes on', async () => {
    const bench = workbench();
    // What is typed is hidden a moment after the program goes on: nothing is typed before.
    const watch = '( until stty -a | grep -q -e " -echo "; do :; done < "$(tty)"; echo HIDDEN ) &';
    bench.write('session.sh', `set -m\n${add}\nstty -a\necho RESUMED\n${watch}\nfg %1\necho status=$?\n`);
    const { screen } = await bench.terminal('bash session.sh', [
      [FIRST, 'ab\x1a'],
      ['RESUMED', ''],
      ['HIDDEN', 'c\n'],
      [SECOND, 'abc\n'],
    ]);
    expect(screen).toMatch(/ icanon [^]* echo [^]*RESUMED/);
    expect(screen).toContain('status=0');
    expect(screen).not.toContain('abc');
  });
});

describe('hash', () => {
  test('prints a hash of the line it reads, and nothing else', async () => {
    const bench = workbench();
    const { status, stdout, stderr } = bench.shell(`pure-pw hash x ${QUICK}`, { input: 'secret\nmore\n' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^\$argon2id\$\S+\n$/);
    const { verifyPassword } = await import('@pure-ftpd/passwords');
    expect(await verifyPassword(Buffer.from('secret'), stdout.trim())).toBe(true);
  });

  test('needs a line', () => {
    const bench = workbench();
    expect(bench.shell('pure-pw hash')).toEqual({
      status: 8,
      stdout: '',
      stderr: 'Error with entering password - aborting\n',
    });
  });
});

describe('an unknown action', () => {
  test('prints the usage text, after its options were read', () => {
    const bench = workbench();
    expect(bench.shell('pure-pw bogus x -y 3')).toEqual(succeeded(sample('usage.out')));
    expect(bench.shell('pure-pw bogus x -q 0')).toEqual({ status: 1, stdout: '', stderr: 'Illegal upload ratio\n' });
    expect(bench.shell('pure-pw bogus x -X')).toMatchObject({ status: 0, stderr: "x: invalid option -- 'X'\n" });
  });
});

describe('mkdb', () => {
  test('writes the database of the C tool', () => {
    const bench = workbench('three.passwd');
    expect(bench.shell('pure-pw mkdb out.pdb -f three.passwd')).toEqual(succeeded());
    expect(bench.read('out.pdb')).toBe(sample('three.pdb'));
  });

  test('a target that cannot be written leaves nothing behind', () => {
    const bench = workbench('three.passwd');
    mkdirSync(bench.path('dir.pdb'));
    expect(bench.shell('pure-pw mkdb dir.pdb -f three.passwd')).toEqual({
      status: 255,
      stdout: '',
      stderr: 'Unable to close the database: Is a directory\n',
    });
    expect(bench.shell("pure-pw mkdb '' -f three.passwd")).toMatchObject({
      status: 255,
      stderr: 'Unable to create the database: No such file or directory\n',
    });
    expect(readdirSync(bench.folder).toSorted()).toEqual(['dir.pdb', 'three.passwd']);
  });

  test('-m updates the database whatever became of the edit, and both have a say in the status', () => {
    const bench = workbench('three.passwd');
    for (const [line, status] of [
      ["usermod ''", 1],
      ['usermod nobody -y 1', 16],
      ['userdel nobody', 4],
      ['passwd alice', 8],
      ['useradd x', 32],
    ] as const) {
      bench.remove('out.pdb');
      expect(bench.shell(`pure-pw ${line} -f three.passwd -m -F out.pdb`).status).toBe(status);
      expect(bench.read('out.pdb')).toBe(sample('three.pdb'));
    }
    expect(bench.shell('pure-pw usermod nobody -f three.passwd -m -F no/out.pdb').status).toBe(255);
    bench.remove('out.pdb');
    expect(bench.shell('pure-pw usermod alice -f three.passwd -q 0 -m -F out.pdb').status).toBe(1);
    expect(readdirSync(bench.folder)).toEqual(['three.passwd']);
  });
});
