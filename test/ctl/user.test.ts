// The users of a PureDB, as an administrator changes them; what is written is read by the C program, too.
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';

import { peerPath, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { soak } from '@pure-ftpd/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { golden } from '../support/golden.ts';
import { ours } from '../support/programs.ts';
import { pureFtpctl, shell } from './pure-ftpctl.ts';

let folder: TempFolder;
beforeEach(() => {
  folder = tempFolder();
});
afterEach(() => folder.remove());

/** `pure-ftpctl user ACTION WORDS`, on the text file of the test. */
function user(action: string, ...words: readonly string[]) {
  return pureFtpctl('user', action, ...words, '--file', folder.file('users.passwd'));
}

function text(): string {
  return readFileSync(folder.file('users.passwd'), 'latin1');
}

function write(content: string): void {
  writeFileSync(folder.file('users.passwd'), content, 'latin1');
}

const DONE = { status: 0, stdout: '', stderr: '' };
const BOB = 'bob:*:1000:1000::/srv/bob/./::::::::::::\n';

describe('a user', () => {
  test('is added, shown, changed, locked, let in again and removed; the database follows', () => {
    const add = `printf 'secret\\n' | pure-ftpctl user add alice --owner 1001 --group 1001 --home /srv/alice/ --max-size 50 \\
      --allow-client 2001:db8::/32 --file "$1"`;
    expect(shell(add, folder.file('users.passwd'))).toEqual(DONE);
    const line = /^alice:(\$argon2id\$[^:]+):1001:1001::\/srv\/alice\/\.\/:::::::52428800:::\[2001-db8--\]\/32::\n$/;
    const [, hash = ''] = line.exec(text()) ?? [];
    expect(hash).not.toBe('');
    expect(readFileSync(folder.file('users.pdb'), 'latin1')).toContain(hash);
    expect(statSync(folder.file('users.passwd')).mode & 0o777).toBe(0o600);

    expect(user('set', 'alice', '--max-size', 'none', '--hours', '0900-1800', '--full-name', 'A. L.')).toEqual(DONE);
    expect(JSON.parse(user('show', 'alice', '--json').stdout)).toMatchObject({
      login: 'alice',
      fullName: 'A. L.',
      maxSize: null,
      hours: '0900-1800',
      locked: false,
    });
    expect(user('show', 'alice').stdout).not.toContain(hash);

    expect(user('lock', 'alice')).toEqual(DONE);
    expect(text()).toContain(`alice:!${hash}:`);
    expect(readFileSync(folder.file('users.pdb'), 'latin1')).toContain(`!${hash}`);
    expect(user('list').stdout).toMatch(/│ alice +│ 1001:1001 +│ \/srv\/alice\/\.\/ +│ A\. L\. +│ locked +│/);
    expect(user('unlock', 'alice')).toEqual(DONE);
    expect(text()).toContain(`alice:${hash}:`);

    expect(user('remove', 'alice')).toEqual(DONE);
    expect(text()).toBe('');
    expect(JSON.parse(user('list', '--json').stdout)).toEqual({ users: [] });
  });

  test('that is refused is told in one line', () => {
    write(BOB);
    expect(user('add', 'new', '--owner', '0', '--home', '/b')).toEqual({
      status: 2,
      stdout: '',
      stderr: 'pure-ftpctl: --owner 0: nobody logs in as root: choose another (--help)\n',
    });
    expect(user('show', 'nobody')).toEqual({ status: 3, stdout: '', stderr: 'pure-ftpctl: there is no user nobody\n' });
  });

  test('is not changed while another editor has the file', () => {
    write(BOB);
    writeFileSync(folder.file('users.passwd.tmp'), '');
    const { status, stderr } = user('lock', 'bob');
    expect(status).toBe(3);
    expect(stderr).toMatch(/users\.passwd\.tmp exists: another tool is editing, or has died\n$/);
    expect(text()).toBe(BOB);
  });
});

/** Users with all kinds of fields. */
function plenty(count: number): string {
  return Array.from({ length: count }, (_, index) => {
    const hash = `$6$saltsalt$${'x'.repeat(80)}${String(index).padStart(6, '0')}`;
    const rest = index % 3 === 0 ? '1024:2048:1:10:5:1000:18446744073709551615:::10.0.0.0/8::900-1800' : ':::::::::::';
    return `user${index}:${hash}:${2000 + index}:100:Number ${index}, "the ${index}th":/srv/u${index}/./:${rest}\n`;
  }).join('');
}

describe('users of a file', () => {
  test('are exported as JSON and CSV, and imported again as they were: every byte of every name', () => {
    copyFileSync(golden('pw', 'records.passwd'), folder.file('users.passwd'));
    const odd = Buffer.of(0x6f, 0xff, 0x2c, 0x22).toString('latin1');
    write(`${text().replace('4294967295:4294967294', '1:1')}${odd}:*:1:1:${odd};\t:/srv/${odd}/./::::::::::::\n`);
    const before = text();
    for (const name of ['users.json', 'users.csv']) {
      const valid = user('export', folder.file(name));
      expect(valid.stdout).toBe('');
      expect(statSync(folder.file(name)).mode & 0o777).toBe(0o600);
      expect(user('import', folder.file(name)).stdout).toMatch(/^0 added, 0 changed, \d+ as they were\n$/);
      expect(text()).toBe(before);
      // Into a file of nobody: the lines that the tools write.
      const place = ['--file', folder.file('copy.passwd')];
      expect(pureFtpctl('user', 'import', folder.file(name), ...place).stdout).toMatch(/^\d+ added, 0 changed, 0 as/);
      const again = pureFtpctl('user', 'export', ...place).stdout;
      expect(again).toBe(user('export').stdout);
      shell('rm "$1"', folder.file('copy.passwd'));
    }
  });

  test('keep what an import does not name; a new user without a password cannot log in', () => {
    write(`other:*:1:1::/o/./::::::::::::\n${BOB}`);
    writeFileSync(folder.file('in.csv'), '\uFEFFlogin;maxFiles;uid;gid;home\r\nbob;77;;;\r\n');
    expect(user('import', folder.file('in.csv')).stderr).toContain(':2 (bob): uid: ');
    writeFileSync(folder.file('in.csv'), '\uFEFFlogin;maxFiles;fullName\r\nbob;77;"B; ""o"" b"\r\n');
    expect(user('import', folder.file('in.csv'), '--dry-run').stdout).toBe(
      'without --dry-run: 0 added, 1 changed, 0 as they were\n',
    );
    expect(user('import', folder.file('in.csv')).stdout).toBe('0 added, 1 changed, 0 as they were\n');
    expect(text()).toBe('other:*:1:1::/o/./::::::::::::\nbob:*:1000:1000:B; "o" b:/srv/bob/./::::::77::::::\n');
    const json = '[{"login":"new","uid":5,"gid":5,"home":"/new/./"},{"login":"bob","maxFiles":null}]';
    expect(
      shell(`pure-ftpctl user import - --file "$1" <<'end'\n${json}\nend`, folder.file('users.passwd')).stdout,
    ).toBe('1 added, 1 changed, 0 as they were\n');
    expect(text()).toContain('new:*:5:5::/new/./::::::::::::\n');
    expect(text()).toContain('bob:*:1000:1000:B; "o" b:/srv/bob/./::::::::::::\n');
  });
});

describeWith(['pure-pw', 'python3'], 'users for other programs', () => {
  const COUNT = soak(2000, 100_000);

  test(`${COUNT} accounts are exported, changed by another program and imported: nothing is lost, and C agrees`, () => {
    write(plenty(COUNT));
    const list = (program: string) =>
      spawnSync(program, ['list', 'x', '-f', folder.file('users.passwd')], { encoding: 'latin1', maxBuffer: 2 ** 30 })
        .stdout;
    const before = list(peerPath('pure-pw')).split('\n').toSorted();
    expect(before).toHaveLength(COUNT + 1);

    // Every other account gets another name by Python's reader and writer of CSV; a tenth of those other limits by its JSON.
    expect(user('export', folder.file('users.csv'))).toEqual(DONE);
    const csv = `import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], encoding='utf-8', newline=''), strict=True))
for row in rows[::2]: row['fullName'] = row['fullName'].upper()
with open(sys.argv[1], 'w', encoding='utf-8', newline='') as out:
    writer = csv.DictWriter(out, rows[0].keys(), lineterminator='\\n'); writer.writeheader(); writer.writerows(rows)`;
    expect(shell('python3 -c "$1" "$2"', csv, folder.file('users.csv'))).toEqual(DONE);
    expect(user('import', folder.file('users.csv')).stdout).toBe(
      `0 added, ${COUNT / 2} changed, ${COUNT / 2} as they were\n`,
    );
    expect(user('export', folder.file('users.json'))).toEqual(DONE);
    const json = `import json, sys
users = json.load(open(sys.argv[1], encoding='utf-8'))
for user in users:
    if int(user['login'][4:]) % 10 == 1: user['maxFiles'] = 7
json.dump(users, open(sys.argv[1], 'w', encoding='utf-8'))`;
    expect(shell('python3 -c "$1" "$2"', json, folder.file('users.json'))).toEqual(DONE);
    expect(user('import', folder.file('users.json')).stdout).toBe(
      `0 added, ${COUNT / 10} changed, ${(COUNT / 10) * 9} as they were\n`,
    );

    const lines = text().split('\n').toSorted();
    const expected = plenty(COUNT)
      .split('\n')
      .map((line) => {
        const fields = line.split(':');
        const index = Number(fields[0]?.slice(4));
        if (index % 2 === 0 && line !== '') fields[4] = fields[4]?.toUpperCase() ?? '';
        if (index % 10 === 1) fields[11] = '7';
        return fields.join(':');
      });
    expect(lines.length).toBe(expected.length);
    expect(lines.join('\n') === expected.toSorted().join('\n')).toBe(true);
    expect(list(peerPath('pure-pw')) === list(ours.program('pure-pw'))).toBe(true);
    // The database is the one that the C program makes of it.
    const made = folder.file('c.pdb');
    spawnSync(peerPath('pure-pw'), ['mkdb', made, '-f', folder.file('users.passwd')]);
    expect(readFileSync(folder.file('users.pdb')).equals(readFileSync(made))).toBe(true);
  });
});
