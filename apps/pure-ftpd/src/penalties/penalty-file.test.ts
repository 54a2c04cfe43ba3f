import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { temporaryFolder } from '@pure-ftpd/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { type KeptPenalty, PenaltyFile } from './penalty-file.ts';

const KEPT: readonly KeptPenalty[] = [
  { network: '192.0.2.1/32', until: 1_800_000_000_000, reason: 'wrong passwords', kind: 'ban' },
  { network: '2001:db8::/64', until: 1_800_000_000_000, reason: 'unknown users', kind: 'penalty' },
  { network: '198.51.100.0/24', until: undefined, reason: 'Ärger', kind: 'ordered' },
];

let folder: ReturnType<typeof temporaryFolder>;
let file: string;

beforeEach(() => {
  folder = temporaryFolder();
  file = path.join(folder.path, '21.json');
});
afterEach(() => folder[Symbol.dispose]());

test('what is written is read, and is for its user alone', async () => {
  const kept = new PenaltyFile(file);
  expect(kept.read()).toEqual([]);
  kept.writeNow(KEPT);
  expect(kept.read()).toEqual(KEPT);
  await kept.write(KEPT.slice(1));
  expect(kept.read()).toEqual(KEPT.slice(1));
  expect([readdirSync(folder.path), statSync(file).mode & 0o777]).toEqual([['21.json'], 0o600]);
});

test("what a server left that was killed while it wrote is in nobody's way", () => {
  writeFileSync(`${file}.new`, 'half');
  const kept = new PenaltyFile(file);
  kept.writeNow(KEPT);
  expect(kept.read()).toEqual(KEPT);
});

test.each([
  ['nothing', ''],
  ['half of it', '{"version":1,"penalties":[{"network":"192.0'],
  ['another version', '{"version":2,"penalties":[]}'],
  ['no list', '{"version":1,"penalties":{}}'],
  ['another field', '{"version":1,"penalties":[],"more":1}'],
  ['no network', '{"version":1,"penalties":[{"network":"all","reason":"","kind":"ban"}]}'],
  ['no time', '{"version":1,"penalties":[{"network":"192.0.2.1/32","until":"x","reason":"","kind":"ban"}]}'],
  ['another kind', '{"version":1,"penalties":[{"network":"192.0.2.1/32","until":1,"reason":"","kind":"x"}]}'],
  ['two lines', '{"version":1,"penalties":[{"network":"192.0.2.1/32","until":1,"reason":"a\\nb","kind":"ban"}]}'],
])('a file with %s is not taken', (_, content) => {
  writeFileSync(file, content, { mode: 0o600 });
  expect(() => new PenaltyFile(file).read()).toThrow(/JSON|expected|no such field/);
  expect(readFileSync(file, 'utf8')).toBe(content);
});

test('a file that others may read or write, and a link, are not taken', () => {
  new PenaltyFile(file).writeNow(KEPT);
  chmodSync(file, 0o644);
  expect(() => new PenaltyFile(file).read()).toThrow("not a file of this user's alone");
  chmodSync(file, 0o600);
  const link = path.join(folder.path, 'link');
  symlinkSync(file, link);
  expect(() => new PenaltyFile(link).read()).toThrow(/ELOOP/);
});
