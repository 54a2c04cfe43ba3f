import { readdirSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { PureDB } from './database-reader.ts';
import { PureDBWriter } from './database-writer.ts';
import { useTemporaryFolder } from './testing/temporary-folder.ts';

const folder = useTemporaryFolder();

function write(records: readonly (readonly [Uint8Array, Uint8Array])[]): void {
  using writer = PureDBWriter.create(folder('db'));
  for (const [key, value] of records) writer.add(key, value);
  writer.finish();
}

const bytes = (maxLength: number) => fc.uint8Array({ maxLength });
// Full 32-bit collisions, others of the same bucket, and any bytes.
const key = fc.oneof(
  fc.constantFrom('fnK', 'fMH', 'f0U', 'GoK', 'GLH', 'G1U', '9pJ', '9OU', '92H').map((name) => Buffer.from(name)),
  bytes(3),
  bytes(40),
);

test('every key that was written is found, with the value of its first record', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(key, bytes(60)), { maxLength: 300 }), fc.array(key), (records, others) => {
      write(records);
      const expected = new Map<string, Uint8Array>();
      for (const [key, value] of records) {
        const name = Buffer.from(key).toString('hex');
        if (!expected.has(name)) expected.set(name, value);
      }
      using database = PureDB.open(folder('db'));
      for (const key of [...records.map(([key]) => key), ...others]) {
        const value = expected.get(Buffer.from(key).toString('hex'));
        expect(database.lookup(key)).toEqual(
          value === undefined ? { kind: 'absent' } : { kind: 'found', value: Buffer.from(value) },
        );
      }
    }),
    { numRuns: 60 },
  );
});

test('a large database is searched, not read', () => {
  const count = 200_000;
  write(
    (function* () {
      for (let user = 0; user < count; user++)
        yield [Buffer.from(`user${user}`), Buffer.from(`value ${user}`)] as const;
    })().toArray(),
  );
  using database = PureDB.open(folder('db'));
  for (let user = 0; user < count; user += 997) {
    expect(database.lookup(`user${user}`)).toEqual({ kind: 'found', value: Buffer.from(`value ${user}`) });
    expect(database.lookup(`nobody${user}`)).toEqual({ kind: 'absent' });
  }
});

test('a value larger than the buffers is written whole', () => {
  const value = Buffer.alloc(60_000, 'v');
  write(Array.from({ length: 20 }, (_, index) => [Buffer.from(`k${index}`), value] as const));
  using database = PureDB.open(folder('db'));
  expect(database.lookup('k19')).toEqual({ kind: 'found', value });
});

test('an abandoned writer leaves nothing behind', () => {
  const writer = PureDBWriter.create(folder('db'));
  writer.add(Buffer.from('a'), Buffer.from('b'));
  writer.abort();
  writer.abort();
  expect(readdirSync(folder())).toEqual([]);
  expect(() => writer.add(Buffer.from('a'), Buffer.from('b'))).toThrow(expect.objectContaining({ code: 'CLOSED' }));
  expect(() => writer.finish()).toThrow(expect.objectContaining({ code: 'CLOSED' }));
});

test('a finished writer stays finished', () => {
  const writer = PureDBWriter.create(folder('db'));
  writer.finish();
  writer.abort();
  expect(readdirSync(folder())).toEqual(['db']);
});
