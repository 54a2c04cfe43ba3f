// pure-quotacheck beside the C tool: trees, command lines [spec quota-upload-auth-cert.md §1.6, interop.md rows 27, 28].
import { describeWith } from '@pure-ftpd/peers/vitest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Outcome, PrivateMachine } from '../support/private-machine.ts';
import { c, ours, type Side } from '../support/programs.ts';

const HOME = '/srv/q/h';
const AS_USER = ['setpriv', '--reuid=3001', '--regid=3001', '--clear-groups'];

/** What a shell script makes of an empty home of ftpuser. The first word of each line of `quotacheck-cases.txt` names it. */
const TREES: readonly (readonly [name: string, script: string])[] = [
  ['empty', ':'],
  ['one 10-byte file', 'printf 0123456789 > f'],
  ['one empty dir', 'mkdir d'],
  ['dir+file in dir', 'mkdir d; printf 12345 > d/f'],
  ['nested dirs', 'mkdir -p a/b/c; printf 1 > a/b/c/f'],
  ['hardlink twice', 'printf 12345 > f; ln f g'],
  ['symlink to file', 'printf 12345 > f; ln -s f l'],
  ['symlink dangling', 'ln -s nothing l'],
  ['symlink abs outside', 'ln -s /etc/passwd l'],
  ['symlink abs inside', 'printf 12345 > f; ln -s /f l'],
  ['symlink to dir', 'mkdir d; printf 12345 > d/f; ln -s d z'],
  ['symlink to dir, first', 'ln -s d a; mkdir d; printf 12345 > d/f'],
  ['symlink to .', 'printf 1 > f; ln -s . l'],
  ['symlink to ..', 'mkdir d; printf 1 > d/f; ln -s .. d/l'],
  ['symlink loop', 'ln -s a b; ln -s b a'],
  [
    'chain of directory links',
    'mkdir .ftpquota.d; for i in $(seq 60); do mkdir .ftpquota.d/$i; ln -s ../$((i+1)) .ftpquota.d/$i/n; done',
  ],
  ['links into a directory that cannot be listed', 'mkdir -p p/q; printf 123 > p/q/f; ln -s p/q l; chmod 700 p'],
  ['fifo', 'mkfifo p'],
  ['.ftpquota in subdir', 'mkdir d; printf 12345 > d/.ftpquota; : > .ftpquota; chmod 644 .ftpquota'],
  ['.ftpquota is a directory', 'mkdir .ftpquota'],
  ['.ftpquota dir in subdir', 'mkdir -p d/.ftpquota; printf 1 > d/.ftpquota/f'],
  ['dotfiles', 'printf 1 > .a; printf 1 > ..b; printf 1 > ...'],
  ['.ftpquota is symlink', 'printf "7 7\\n" > f; ln -s f .ftpquota'],
  ['.ftpquota is garbage', 'echo garbage > .ftpquota'],
  ['.ftpquota of root', 'echo 1 1 > .ftpquota; chmod 600 .ftpquota; chown 0:0 .ftpquota'],
  ['.ftpquota that is longer', 'echo 100000 100000000000000000 > .ftpquota'],
  ['dir mode 400 owned', 'mkdir d; printf 12345 > d/f; chmod 400 d'],
  ['dir of root, closed', 'mkdir d; printf 12345 > d/f; chmod 700 d; chown 0:0 d'],
  ['dir of root, without search', 'mkdir d; printf 12345 > d/f; chmod 744 d; chown 0:0 d'],
  ['file mode 000', 'printf 12345 > f; chmod 0 f'],
  ['files of others', 'printf 12345 > f; chown 3002:3002 f'],
  ['home mode 500', 'printf 12345 > f; chmod 500 .'],
  ['home mode 400', 'printf 12345 > f; chmod 400 .'],
  ['home mode 000', 'printf 12345 > f; chmod 0 .'],
  ['home of root', 'printf 12345 > f; chown 0:0 .'],
  ['sparse file', 'truncate -s 5T f'],
  ['odd names', 'touch -- -u "a b" "$(printf "x\\ny")" "$(printf "\\377")"'],
];

/** Counted by 1.0.54, passed over by 1.0.50, which is the C tool here. */
const OPENED_BY_1_0_54: readonly (readonly [name: string, script: string, expected: string])[] = [
  ['dir mode 000 owned', 'mkdir d; printf 12345 > d/f; chmod 0 d', '2 5\n'],
  ['dir mode 100 owned', 'mkdir d; printf 12345 > d/f; chmod 100 d', '2 5\n'],
];

/** Command lines, in a home with one file. */
const COMMAND_LINES: readonly string[] = [
  '',
  '-h',
  '-u ftpuser',
  '-d /srv/q/h',
  '-u root -d /srv/q/h',
  '-u 3001 -d /srv/q/h',
  '-u 3001 -g 3001 -d /srv/q/h',
  '-u ftpuser -g othergrp -d /srv/q/h',
  '-g othergrp -u ftpuser -d /srv/q/h',
  '-g 0 -u ftpuser -d /srv/q/h',
  '-g 5 -g 6 -u ftpuser -d /srv/q/h',
  '-g nosuch -u ftpuser -d /srv/q/h',
  '-u nosuch -g 5 -d /srv/q/h',
  '-u 12345 -g 3001 -d /srv/q/h',
  '-u -1 -g 3001 -d /srv/q/h',
  '-u 4294967296 -g 3001 -d /srv/q/h',
  '-u 3001abc -g 3001 -d /srv/q/h',
  '-u otheruser -u ftpuser -g 3001 -d /srv/q/h',
  '-u ftpuser -d /nonexistent',
  '-u ftpuser -d',
  '-u ftpuser -d /srv/q/h -d /x',
  '-d /a -d /b -h',
  '-u ftpuser -d /etc/passwd',
  '-u ftpuser -d /etc',
  '-x',
  '-u ftpuser -d /srv/q/h -a',
  '-u ftpuser -d /srv/q/h extra',
  'extra -u ftpuser -- -d /srv/q/h',
  '-uftpuser -d/srv/q/h/',
];

/** The options, which stand last in a command. */
const words = (command: readonly string[]): string[] => (command.at(-1) ?? '').split(' ').filter((word) => word !== '');

const OWNED = 'chown -hR 3001:3001 .';

/** Everything but what a script gives to somebody else or closes is ftpuser's. */
const owned = (script: string): string => {
  const at = script.search(/(?:; )?ch(?:own|mod) /);
  return at === -1
    ? `${script}; ${OWNED}`
    : `${script.slice(0, at) || ':'}; ${OWNED}; ${script.slice(at).replace(/^; /, '')}`;
};

describeWith(['root', 'pure-quotacheck'], 'pure-quotacheck beside the C tool', () => {
  let machine: PrivateMachine;
  beforeAll(async () => {
    machine = await PrivateMachine.start();
  });
  afterAll(() => machine?.[Symbol.asyncDispose]());

  const shell = (script: string): Promise<Outcome> => machine.run(['sh', '-c', script], { cwd: '/srv' });

  /** A home made anew, the program run in it, and what is there after. */
  async function run(side: Side, script: string, command: readonly string[]): Promise<unknown> {
    const made = await shell(`rm -rf q; mkdir -p q/h; cd q/h; ${script}`);
    expect(made.stderr).toBe('');
    const outcome = await machine.run([...command.slice(0, -1), side.program('pure-quotacheck'), ...words(command)], {
      cwd: '/',
    });
    const left = await shell(`cd q/h; find . -printf '%p %y %m %U:%G\\n' | LC_ALL=C sort; cat .ftpquota`);
    // getopt names the program as it was called.
    const stderr = outcome.stderr.replaceAll(side.program('pure-quotacheck'), 'pure-quotacheck');
    return { status: outcome.status, stdout: outcome.stdout, stderr, left: left.stdout };
  }

  test.each(TREES)('%s', async (_, script) => {
    const command = [`-u ftpuser -d ${HOME}`];
    expect(await run(ours, owned(script), command)).toEqual(await run(c, owned(script), command));
  });

  test.each(OPENED_BY_1_0_54)('%s', async (_, script, expected) => {
    expect(await run(ours, owned(script), [`-u ftpuser -d ${HOME}`])).toMatchObject({
      status: 0,
      stderr: '',
      left: expect.stringMatching(new RegExp(`${expected}$`)),
    });
  });

  test.each(COMMAND_LINES)('pure-quotacheck %s', async (line) => {
    const script = owned('printf 12345 > f');
    expect(await run(ours, script, [line])).toEqual(await run(c, script, [line]));
  });

  describe('run by a user', () => {
    test.each([
      `-d ${HOME}`,
      `-u daemon -d ${HOME}`,
      `-g 5 -d ${HOME}`,
      `-u 0 -d ${HOME}`,
      '-d /root',
      '-d /nonexistent',
    ])('pure-quotacheck %s', async (line) => {
      const script = owned('mkdir d; printf 12345 > d/f; ln -s d/f l');
      const command = [...AS_USER, line];
      expect(await run(ours, script, command)).toEqual(await run(c, script, command));
    });

    test('a relative directory works, which the C tool enters twice', async () => {
      await shell(`rm -rf q; mkdir -p q/h; printf 1 > q/h/f; chown -R 3001:3001 q`);
      const outcome = await machine.run([...AS_USER, ours.program('pure-quotacheck'), '-d', 'h'], { cwd: '/srv/q' });
      expect(outcome).toEqual({ status: 0, stdout: '', stderr: '' });
      expect((await shell('cat q/h/.ftpquota')).stdout).toBe('1 1\n');
    });
  });

  test('a mount is crossed, and a tree that is mounted in itself counts once', async () => {
    const script = `${owned('mkdir d m; printf 12345 > d/f')}; mount --bind . m; mount -t tmpfs tmpfs d; printf 12 > d/g`;
    const results = [];
    for (const side of [ours, c]) {
      results.push(await run(side, script, [`-u ftpuser -d ${HOME}`]));
      await shell('umount q/h/m q/h/d');
    }
    expect(results[0]).toEqual(results[1]);
  });

  test('a dry run shows the difference and changes nothing', async () => {
    const script = owned('printf 12345 > f; printf "7 7\\n" > .ftpquota');
    expect(await run(ours, script, [`-u ftpuser --dry-run -d ${HOME}`])).toMatchObject({
      status: 0,
      stdout: 'counted:  1 5\nrecorded: 7 7\n',
      left: expect.stringMatching(/7 7\n$/),
    });
    expect(await run(ours, owned('printf 12345 > f'), [`-u ftpuser --dry-run -d ${HOME}`])).toMatchObject({
      stdout: 'counted:  1 5\nrecorded: No such file or directory\n',
      left: expect.not.stringContaining('.ftpquota'),
    });
  });
});
