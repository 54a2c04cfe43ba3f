import { execFile } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { UserRecord } from './record.ts';
import { PasswdFile, type PasswdEntry } from './text-file.ts';
import { testData } from './testing/test-data.ts';
import { useTemporaryFolder } from './testing/temporary-folder.ts';
import { parseTextLine } from './text-record.ts';

const folder = useTemporaryFolder();

function user(login: string, gecos = ''): UserRecord {
  const line = parseTextLine(Buffer.from(`u:*:3001:3001::/srv/${login}/./`));
  if (line.kind !== 'user') throw new Error('invalid');
  return { ...line.record, login, gecos };
}

function write(content: string): PasswdFile {
  writeFileSync(folder('p'), content, 'latin1');
  return new PasswdFile(folder('p'));
}

function content(): string {
  return readFileSync(folder('p'), 'latin1');
}

function fail(): never {
  throw new Error('given up');
}

async function entriesOf(file: PasswdFile): Promise<PasswdEntry[]> {
  return Array.fromAsync(file.entries());
}

describe('reading', () => {
  test('warns of the lines of which the C tool warns', async () => {
    const entries = await entriesOf(new PasswdFile(testData('databases/odd-lines.passwd')));
    const warnings = entries.map((entry) =>
      entry.kind === 'invalid' ? `Warning: invalid line [${entry.login}]\n` : 'a user\n',
    );
    expect(warnings.join('')).toBe(readFileSync(testData('records/list-odd-lines.err'), 'utf8'));
  });

  test('finds the first valid line of a login, and hears of the invalid ones before it', async () => {
    const file = write('a:bad\nu:*:0:1::/\nu:*:1:1:first:/\nu:*:1:1:second:/\nz:bad\n');
    const invalid: string[] = [];
    expect((await file.find('u', (login) => invalid.push(login)))?.gecos).toBe('first');
    expect(invalid).toEqual(['a', 'u']);
    expect(await file.find('nobody')).toBeUndefined();
  });

  test('names a file that is not there', async () => {
    const file = new PasswdFile(folder('none'));
    await expect(entriesOf(file)).rejects.toMatchObject({ code: 'UNREADABLE', cause: { code: 'ENOENT' } });
  });
});

function numbered(count: number): string {
  return Array.from({ length: count }, (_, index) => `u${index}:*:1:1:old:/srv/u${index}/./::::::::::::\n`).join('');
}

describe('editing many at once', () => {
  test('changes, adds and removes in one pass, and leaves all other lines to the byte', async () => {
    const others = '# a comment\nbroken\nother:*:0x1:1::/\n';
    const file = write(`${others}a:*:1:1:old:/a\nb:*:1:1::/b\na:*:1:1:again:/a\nlast:*:1:1::/last`);
    const seen: [string, number, string | undefined][] = [];
    await file.editMany(['b', 'new', 'a'], ({ record, lines }, login) => {
      seen.push([login, lines, record?.gecos]);
      return login === 'b' ? undefined : user(login, 'changed');
    });
    expect(seen).toEqual([
      ['b', 1, ''],
      ['new', 0, undefined],
      ['a', 2, 'old'],
    ]);
    const added = ['new', 'a'].map((login) => `${login}:*:3001:3001:changed:/srv/${login}/./::::::::::::\n`);
    expect(content()).toBe(`${others}last:*:1:1::/last\n${added.join('')}`);
  });

  test('takes as many as a file has', async () => {
    const file = write(numbered(20_000));
    const logins = Array.from({ length: 20_000 }, (_, index) => `u${index}`);
    await file.editMany(logins, ({ record }) => record && { ...record, gecos: 'new' });
    expect(content()).toBe(numbered(20_000).replaceAll(':old:', ':new:'));
  });

  test('leaves the file as it was when one of them cannot be written', async () => {
    const file = write(numbered(3));
    const refused = file.editMany(
      ['u1', 'u2'],
      ({ record }, login) => record && { ...record, gecos: login === 'u2' ? ':' : '' },
    );
    await expect(refused).rejects.toMatchObject({ code: 'INVALID_RECORD' });
    expect(content()).toBe(numbered(3));
    expect(existsSync(`${file.path}.tmp`)).toBe(false);
  });

  test('keeps the next editor waiting until what is made of the file is done', async () => {
    const file = write(numbered(1));
    const order: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const first = file.editMany(
      ['u0'],
      ({ record }) => record,
      async () => {
        resolve();
        await new Promise((next) => setImmediate(next));
        order.push('made');
      },
    );
    await promise;
    await Promise.all([first, file.edit('u0', ({ record }) => (order.push('next'), record))]);
    expect(order).toEqual(['made', 'next']);
  });
});

describe('editing', () => {
  test('gives what the C tool gives for every kind of record', async () => {
    copyFileSync(testData('records/records.passwd'), folder('p'));
    const file = new PasswdFile(folder('p'));
    for (const entry of await entriesOf(file)) {
      if (entry.kind === 'user') await file.modify(entry.record.login, (record) => ({ ...record, maxSessions: 7 }));
    }
    expect(content()).toBe(readFileSync(testData('records/records.usermod-y-7.passwd'), 'latin1'));
  });

  test('keeps every other line, whatever it is', async () => {
    const others = `# comment\n\n \xff\0\r\nnocolon\nu2:bad\n${'x'.repeat(5000)}\nuu:1\n`;
    const file = write(`${others}u:*:1:1::/\n`);
    await file.modify('u', (record) => ({ ...record, gecos: 'new' }));
    expect(content()).toBe(`${others}u:*:1:1:new:/::::::::::::\n`);
    await file.remove('u');
    expect(content()).toBe(others);
  });

  test('adds the newline that the last line lacks', async () => {
    const file = write('last:*:1:1::/');
    await file.add(user('u'));
    expect(content()).toBe('last:*:1:1::/\nu:*:3001:3001::/srv/u/./::::::::::::\n');
    const unchanged = write('a:1\nlast:*:1:1::/');
    await unchanged.remove('a');
    expect(content()).toBe('last:*:1:1::/');
  });

  test('makes a missing file when a user is added', async () => {
    await new PasswdFile(folder('p')).add(user('u'));
    expect(content()).toBe('u:*:3001:3001::/srv/u/./::::::::::::\n');
    expect(statSync(folder('p')).mode & 0o777).toBe(0o600);
  });

  test('removes every line of a login, and only of that one', async () => {
    const file = write('u:bad\nuu:1\nu:*:1:1::/\n#u:1\nu\n');
    await file.remove('u');
    expect(content()).toBe('uu:1\n#u:1\nu\n');
  });

  test('refuses to add a login that is there, valid or not', async () => {
    const file = write('u:bad\n');
    await expect(file.add(user('u'))).rejects.toMatchObject({ code: 'EXISTS' });
    await expect(file.modify('u', (record) => record)).rejects.toMatchObject({ code: 'ABSENT' });
    await expect(file.remove('other')).rejects.toMatchObject({ code: 'ABSENT' });
    expect(content()).toBe('u:bad\n');
  });

  test.each(['', '#c', 'a:1', 'a\n'])('the login %j names no line', async (login) => {
    const before = ':1\n#c:1\na:1:1\na\n';
    const file = write(before);
    await expect(file.remove(login)).rejects.toMatchObject({ code: 'ABSENT' });
    await expect(file.edit(login, () => user(login))).rejects.toMatchObject({ code: 'INVALID_RECORD' });
    expect(content()).toBe(before);
  });

  test('finds a login whose bytes are not UTF-8', async () => {
    const file = write('caf\xe9:*:1:1::/\n');
    await file.modify('caf\udce9', (record) => ({ ...record, gecos: '\udcff' }));
    expect(content()).toBe('caf\xe9:*:1:1:\xff:/::::::::::::\n');
  });

  test('replaces a symlink by a file that its owner alone can read', async () => {
    writeFileSync(folder('target'), 'a:1\n');
    chmodSync(folder('target'), 0o644);
    symlinkSync('target', folder('p'));
    await new PasswdFile(folder('p')).add(user('u'));
    expect(lstatSync(folder('p')).isFile()).toBe(true);
    expect(statSync(folder('p')).mode & 0o777).toBe(0o600);
    expect(content().startsWith('a:1\n')).toBe(true);
    expect(readFileSync(folder('target'), 'latin1')).toBe('a:1\n');
  });

  test('changes nothing and leaves nothing behind when the caller gives up', async () => {
    const file = write('a:1\n');
    await expect(file.edit('a', fail)).rejects.toThrow('given up');
    await expect(file.edit('a', () => user('b'))).rejects.toMatchObject({ code: 'INVALID_RECORD' });
    await expect(file.edit('u', () => user('u', 'a:b'))).rejects.toMatchObject({ code: 'INVALID_RECORD' });
    expect(content()).toBe('a:1\n');
    expect(readdirSync(folder())).toEqual(['p']);
  });

  test('leaves nothing behind when the file cannot be read or replaced', async () => {
    mkdirSync(folder('p'));
    await expect(new PasswdFile(folder('p')).add(user('u'))).rejects.toMatchObject({ code: 'UNREADABLE' });
    expect(readdirSync(folder())).toEqual(['p']);
    await expect(new PasswdFile(folder('none/p')).add(user('u'))).rejects.toMatchObject({ code: 'UNWRITABLE' });
  });
});

describe('two editors', () => {
  test('a C tool at work, or one that died, shuts us out, and its file stays', async () => {
    const file = write('a:1\n');
    writeFileSync(folder('p.tmp'), 'theirs');
    await expect(file.add(user('u'))).rejects.toMatchObject({ code: 'LOCKED' });
    expect(content()).toBe('a:1\n');
    expect(readFileSync(folder('p.tmp'), 'latin1')).toBe('theirs');
    expect(existsSync(folder('p.lock'))).toBe(false);
  });

  test('a C tool is shut out while we work', async () => {
    const file = write('a:1\n');
    let there = false;
    await file.edit('u', () => {
      there = existsSync(folder('p.tmp'));
      return user('u');
    });
    expect(there).toBe(true);
    expect(readdirSync(folder())).toEqual(['p']);
  });

  test('the wait for another editor of ours ends', async () => {
    write('a:1\n');
    mkdirSync(folder('p.lock'));
    const file = new PasswdFile(folder('p'), { lockWait: 60 });
    await expect(file.add(user('u'))).rejects.toMatchObject({ code: 'LOCKED' });
    expect(content()).toBe('a:1\n');
  });

  test('the lock of a dead editor is taken over', async () => {
    const file = write('a:1\n');
    mkdirSync(folder('p.lock'));
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(folder('p.lock'), longAgo, longAgo);
    await file.add(user('u'));
    expect(content()).toContain('u:*:');
    expect(readdirSync(folder())).toEqual(['p']);
  });

  test('twenty at once, in four processes, lose nothing', async () => {
    write('# kept\n');
    const editor = fileURLToPath(new URL('testing/five-editors.ts', import.meta.url));
    const run = promisify(execFile);
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => run(process.execPath, [editor, folder('p'), name])));
    const [first, ...lines] = content().trimEnd().split('\n');
    expect(first).toBe('# kept');
    const expected = ['a', 'b', 'c', 'd'].flatMap((name) => [1, 2, 3, 4, 5].map((turn) => `${name}${turn}`));
    expect(new Set(lines.map((line) => line.split(':')[0]))).toEqual(new Set(expected));
    expect(lines.length).toBe(expected.length);
    // Each also counted itself in one record that all share.
    expect((await new PasswdFile(folder('shared')).find('counter'))?.maxFiles).toBe(20n);
    expect(readdirSync(folder()).toSorted((a, b) => a.localeCompare(b))).toEqual(['p', 'shared']);
  });
});
