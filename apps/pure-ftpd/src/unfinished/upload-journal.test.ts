import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { type KnownUpload, UploadJournal } from './upload-journal.ts';

let folder: string;
let errors: Error[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pure-ftpd-journal-'));
  errors = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const journal = (): UploadJournal => new UploadJournal(folder, (error) => errors.push(error));
const files = (): string[] => readdirSync(folder).map((name) => path.join(folder, name));

function upload(number: number, directory = '/'): KnownUpload {
  const name = `.pureftpd-upload.1.15.2a.${number.toString(16).padStart(24, '0')}`;
  return { uid: 3001, gid: 3001, groups: [3001], root: '/home/alice', directory, name, charged: true };
}

test('what a dead server has left is the next one’s, and stays until it is gone', () => {
  const first = journal();
  first.open();
  for (const number of [1, 2, 3]) first.began(upload(number));
  first.ended(upload(2).name);
  first.close();
  const second = journal();
  expect(second.open()).toEqual([upload(1), upload(3)]);
  second.ended(upload(1).name);
  second.close();
  const third = journal();
  expect(third.open()).toEqual([upload(3)]);
  third.ended(upload(3).name);
  third.close();
  expect(files()).toEqual([]);
  expect(errors).toEqual([]);
});

test('what a server that lives has is nobody else’s', () => {
  const first = journal();
  first.open();
  first.began(upload(1));
  const second = journal();
  expect(second.open()).toEqual([]);
  second.close();
  first.close();
});

test('lines that were cut short, or say what is no upload, are left out', () => {
  const names = [
    { name: '../../etc/passwd' },
    { name: '.pureftpd-upload.1' },
    { root: 'home' },
    { uid: -1 },
    { more: 1 },
  ];
  const bad = names.map((fields) => JSON.stringify({ ...upload(9), ...fields }));
  const cut = JSON.stringify(upload(8)).slice(0, -5);
  writeFileSync(
    path.join(folder, 'uploads-old'),
    [
      '',
      ...bad,
      'garbage',
      'null',
      '{"ended":"x"}',
      JSON.stringify(upload(1)),
      cut,
      JSON.stringify(upload(2)),
      '{',
    ].join('\n'),
  );
  const next = journal();
  expect(next.open()).toEqual([upload(1), upload(2)]);
  next.close();
});

test('a file that has become large by what has ended is written anew', () => {
  const first = journal();
  first.open();
  const directory = `/${'d'.repeat(4000)}`;
  first.began(upload(1));
  for (let number = 2; number < 600; number += 1) {
    first.began(upload(number, directory));
    first.ended(upload(number).name);
  }
  const [file = ''] = files();
  expect(readFileSync(file).length).toBeLessThan(1_200_000);
  first.close();
  // As it would be if it had been killed between the new lines and the cut.
  truncateSync(file, readFileSync(file).length - 3);
  const next = journal();
  expect(next.open()).toContainEqual(upload(1));
  next.close();
});

test('nothing is kept where others may write', () => {
  chmodSync(folder, 0o777);
  const open = journal();
  expect(open.open()).toEqual([]);
  open.began(upload(1));
  open.close();
  expect(files()).toEqual([]);
});
