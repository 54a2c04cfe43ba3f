import { copyFileSync, mkdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PureDB, type LookupResult } from './database-reader.ts';
import { PureDBWriter } from './database-writer.ts';
import { PureDBError } from './errors.ts';
import { parseRecord } from './record.ts';
import { testData, testTable } from './testing/test-data.ts';
import { useTemporaryFolder } from './testing/temporary-folder.ts';

const folder = useTemporaryFolder();

function text(result: LookupResult): string | undefined {
  return result.kind === 'found' ? result.value.toString('latin1') : undefined;
}

/** A look-up in a file that may be refused. */
function lookup(path: string, login: string): LookupResult | { readonly kind: 'open refused' } {
  let database: PureDB;
  try {
    database = PureDB.open(path);
  } catch (error) {
    if (error instanceof PureDBError && error.code === 'BROKEN') return { kind: 'open refused' };
    throw error;
  }
  using open = database;
  return open.lookup(login);
}

/** What becomes of a login, in one of the words of `OUTCOMES`. */
function outcome(path: string, login: string): string {
  const result = lookup(path, login);
  if (result.kind === 'absent' || result.kind === 'corrupt') return 'not found';
  if (result.kind === 'open refused') return result.kind;
  const record = parseRecord(login, result.value);
  return record.kind === 'record' ? `record ${record.record.home}` : `refused ${record.reason}`;
}

/** Bytes this process has read. */
function bytesRead(): number {
  return Number(/^rchar: (\d+)/.exec(readFileSync('/proc/self/io', 'latin1'))?.[1]);
}

describe('databases of the C tool', () => {
  test.each(['one', 'three', 'thousand', 'colliding', 'hashes', 'acl', 'fields'])(
    '%s: every user is found with the first line of its name',
    (name) => {
      const lines = readFileSync(testData(`databases/${name}.passwd`), 'latin1')
        .trimEnd()
        .split('\n');
      const expected = new Map<string, string>();
      for (const line of lines) {
        const colon = line.indexOf(':');
        const login = line.slice(0, colon);
        if (!expected.has(login)) expected.set(login, line.slice(colon + 1));
      }
      expect(expected.size).toBeGreaterThan(0);
      using database = PureDB.open(testData(`databases/${name}.pdb`));
      for (const [login, value] of expected) expect(text(database.lookup(login))).toBe(value);
      expect(database.lookup('nosuch')).toEqual({ kind: 'absent' });
    },
  );

  test.each(['one', 'three', 'thousand', 'colliding'])('%s: every record can be listed', (name) => {
    const lines = readFileSync(testData(`databases/${name}.passwd`), 'latin1')
      .trimEnd()
      .split('\n');
    using database = PureDB.open(testData(`databases/${name}.pdb`));
    const listed = Array.from(database.records(), ({ login }) => login.toString('latin1'));
    expect(new Set(listed)).toEqual(new Set(lines.map((line) => line.split(':')[0])));
  });

  test('odd lines are there as the C tool took them', () => {
    using database = PureDB.open(testData('databases/odd-lines.pdb'));
    expect(text(database.lookup(''))).toBe('emptykey');
    expect(text(database.lookup(' #notcomment'))).toBe('v1');
    expect(text(database.lookup('dup'))).toBe('first');
    expect(text(database.lookup('crlf'))).toBe('windows line');
    expect(text(database.lookup(Buffer.from('utf\xc3\xa9', 'latin1')))).toBe('latin\xe9');
    expect(text(database.lookup('utfé'))).toBe('latin\xe9');
    expect(text(database.lookup('long'))?.length).toBe(2041);
    expect(database.lookup('tail').kind).toBe('found');
  });
});

describe('damaged databases', () => {
  // What the table says in words, as what a look-up and the record of its value give.
  const outcomes: Record<string, string> = {
    accepted: 'record /srv/ftp/alice/./',
    'accepted, home "/"': 'record /',
    'found, refused': 'refused hash',
    'not found': 'not found',
    'open refused': 'open refused',
  };

  test.each(
    testTable('databases/corrupt/EXPECTED.tsv').map(([file = '', damage = '', , expected = '']) => [
      file,
      damage,
      expected,
    ]),
  )('%s (%s): %s', (file, _damage, expected) => {
    expect(outcomes).toHaveProperty([expected]);
    const login = file.startsWith('24') ? 'fnK' : 'alice';
    expect(outcome(testData(`databases/corrupt/${file}`), login)).toBe(outcomes[expected]);
  });

  test('damage is told apart from absence, in one line that names the file', () => {
    const path = testData('databases/corrupt/18-value-length-plus-64k.pdb');
    using database = PureDB.open(path);
    const result = database.lookup('alice');
    expect(result).toMatchObject({ kind: 'corrupt', message: expect.stringContaining(path) });
    expect(database.lookup('bob')).toEqual({ kind: 'absent' });
  });

  test('a refused file is told with what is wrong', () => {
    for (const [file, what] of [
      ['02-truncated-1031.pdb', '1031 bytes'],
      ['04-bad-magic.pdb', '0x50444231'],
    ] as const) {
      expect(() => PureDB.open(testData(`databases/corrupt/${file}`))).toThrow(what);
    }
  });

  test('any bytes anywhere never do more than hide a user', () => {
    const good = readFileSync(testData('databases/three.pdb'));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 20 }),
        fc.nat(good.length),
        (changes, length) => {
          const bytes = Buffer.from(good);
          for (const [at, byte] of changes) bytes[at] = byte;
          writeFileSync(folder('db'), bytes.subarray(0, length));
          for (const login of ['alice', 'bob', 'carol', 'nosuch']) {
            expect(['open refused', 'found', 'absent', 'corrupt']).toContain(lookup(folder('db'), login).kind);
          }
        },
      ),
    );
  });
});

describe('an open database', () => {
  test('stays whole when its file is replaced', () => {
    copyFileSync(testData('databases/three.pdb'), folder('db'));
    using database = PureDB.open(folder('db'));
    copyFileSync(testData('databases/one.pdb'), folder('new'));
    renameSync(folder('new'), folder('db'));
    expect(database.lookup('bob').kind).toBe('found');
    using replaced = PureDB.open(folder('db'));
    expect(replaced.lookup('bob').kind).toBe('absent');
  });

  test('is not listed where it is damaged', () => {
    const path = folder('damaged.pdb');
    copyFileSync(testData('databases/thousand.pdb'), path);
    truncateSync(path, 5000);
    using database = PureDB.open(path);
    expect(() => [...database.records()]).toThrow(expect.objectContaining({ code: 'BROKEN' }));
  });

  test('is found corrupt when its file is cut', () => {
    copyFileSync(testData('databases/three.pdb'), folder('db'));
    using database = PureDB.open(folder('db'));
    truncateSync(folder('db'), 2400);
    expect(database.lookup('carol').kind).toBe('corrupt');
    truncateSync(folder('db'), 0);
    expect(database.lookup('alice').kind).toBe('corrupt');
  });

  test('reads a bounded number of bytes in a look-up', () => {
    const users = 150_000;
    using writer = PureDBWriter.create(folder('db'));
    for (let user = 0; user < users; user++) writer.add(Buffer.from(`user${user}`), Buffer.alloc(100, 'v'));
    writer.finish();
    using database = PureDB.open(folder('db'));
    const before = bytesRead();
    for (let user = 0; user < users; user += 1500) database.lookup(`user${user}`);
    expect((bytesRead() - before) / 100).toBeLessThan(6000);
  });

  test('does not follow a damaged chain of records for long', () => {
    // Slots of 6,000 records with one hash: the reader gives up, and says so.
    const names = ['fnK', 'fMH'];
    using writer = PureDBWriter.create(folder('db'));
    for (let copy = 0; copy < 6000; copy++) writer.add(Buffer.from('fnK'), Buffer.from('v'));
    writer.finish();
    using database = PureDB.open(folder('db'));
    expect(names.map((name) => database.lookup(name).kind)).toEqual(['found', 'corrupt']);
  });

  test('refuses look-ups after its end', () => {
    const database = PureDB.open(testData('databases/one.pdb'));
    database.close();
    database.close();
    expect(() => database.lookup('alice')).toThrow(expect.objectContaining({ code: 'CLOSED' }));
  });
});

test('what is no file, or is not there, cannot be opened', () => {
  mkdirSync(folder('folder'));
  expect(() => PureDB.open(folder('folder'))).toThrow(expect.objectContaining({ code: 'BROKEN' }));
  expect(() => PureDB.open(folder('none'))).toThrow(
    expect.objectContaining({ code: 'UNREADABLE', cause: expect.objectContaining({ code: 'ENOENT' }) }),
  );
});

test('a file of 2^32 bytes is refused', () => {
  writeFileSync(folder('db'), readFileSync(testData('databases/one.pdb')));
  truncateSync(folder('db'), 2 ** 32 - 1);
  using largest = PureDB.open(folder('db'));
  expect(largest.lookup('alice').kind).toBe('found');
  truncateSync(folder('db'), 2 ** 32);
  expect(() => PureDB.open(folder('db'))).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }));
});
