import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { buildDatabase } from './build-database.ts';
import { PureDB } from './database-reader.ts';
import { testData } from './testing/test-data.ts';
import { useTemporaryFolder } from './testing/temporary-folder.ts';

const folder = useTemporaryFolder();

const NAMES = ['empty', 'one', 'three', 'thousand', 'colliding', 'odd-lines', 'hashes', 'acl', 'fields'];

describe('the database of a text file', () => {
  test.each(NAMES)('%s: is the one of the C tool, to the byte', async (name) => {
    await buildDatabase(testData(`databases/${name}.passwd`), folder('db'));
    expect(readFileSync(folder('db')).equals(readFileSync(testData(`databases/${name}.pdb`)))).toBe(true);
  });

  test('leaves out what follows a CR or a NUL, and lines with nothing after the colon', async () => {
    writeFileSync(folder('text'), 'cr:one\rtwo\nnul:one\0two\n\0hidden:x\nempty:\nkey\rcut:x\nplain:x\n');
    expect(await buildDatabase(folder('text'), folder('db'))).toEqual({ records: 3 });
    using database = PureDB.open(folder('db'));
    expect(database.lookup('cr')).toEqual({ kind: 'found', value: Buffer.from('one') });
    expect(database.lookup('nul')).toEqual({ kind: 'found', value: Buffer.from('one') });
    expect(database.lookup('plain')).toEqual({ kind: 'found', value: Buffer.from('x') });
  });

  test('replaces an old one, and is readable by its owner only', async () => {
    writeFileSync(folder('db'), 'old');
    chmodSync(folder('db'), 0o644);
    await buildDatabase(testData('databases/one.passwd'), folder('db'));
    expect(statSync(folder('db')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder())).toEqual(['db']);
  });

  test('tells how far it is', async () => {
    const heard: [number, number][] = [];
    const size = statSync(testData('databases/thousand.passwd')).size;
    await buildDatabase(testData('databases/thousand.passwd'), folder('db'), {
      onProgress: (done, total) => heard.push([done, total]),
    });
    expect(heard.at(-1)).toEqual([size, size]);
  });
});

describe('a database that cannot be built', () => {
  test('a missing text file is named, and nothing is made', async () => {
    await expect(buildDatabase(folder('none'), folder('db'))).rejects.toMatchObject({
      code: 'UNREADABLE',
      cause: { code: 'ENOENT' },
    });
    expect(readdirSync(folder())).toEqual([]);
  });

  test('leaves the old one and no temporary file when it is given up', async () => {
    writeFileSync(folder('db'), 'old');
    await expect(
      buildDatabase(testData('databases/one.passwd'), folder('db'), { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'ABORTED' });
    expect(readdirSync(folder())).toEqual(['db']);
    expect(readFileSync(folder('db'), 'latin1')).toBe('old');
  });

  test('leaves the old one and no temporary file when it grows too large', async () => {
    writeFileSync(folder('db'), 'old');
    await expect(
      buildDatabase(testData('databases/three.passwd'), folder('db'), { maxSize: 2629 }),
    ).rejects.toMatchObject({ code: 'TOO_LARGE' });
    expect(readdirSync(folder())).toEqual(['db']);
    expect(readFileSync(folder('db'), 'latin1')).toBe('old');
    await buildDatabase(testData('databases/three.passwd'), folder('db'), { maxSize: 2630 });
    expect(statSync(folder('db')).size).toBe(2630);
  });

  test('leaves no temporary file when a folder has its name', async () => {
    mkdirSync(folder('db'));
    await expect(buildDatabase(testData('databases/one.passwd'), folder('db'))).rejects.toMatchObject({
      code: 'UNWRITABLE',
    });
    expect(readdirSync(folder())).toEqual(['db']);
  });

  test('a folder that is not there is named', async () => {
    await expect(buildDatabase(testData('databases/one.passwd'), folder('none/db'))).rejects.toMatchObject({
      code: 'UNWRITABLE',
      cause: { code: 'ENOENT' },
    });
  });
});
