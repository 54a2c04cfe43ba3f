import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { Jail } from '@pure-ftpd/jail';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { createLocalUpload } from './local-upload.ts';
import { TemporaryNames } from './temporary-names.ts';

let heard: string[];
let names: TemporaryNames;
beforeEach(() => {
  heard = [];
  names = new TemporaryNames({
    prefix: '.part.',
    began: (name) => heard.push(`began ${name}`),
    ended: (name) => heard.push(`ended ${name}`),
  });
});

test('one name serves uploads into one directory, and another directory has its own', () => {
  const first = names.take('/in');
  expect(first).toMatch(/^\/in\/\.part\.[0-9a-f]{24}$/);
  names.giveBack(first);
  expect(names.take('/in')).toBe(first);
  names.giveBack(first);
  const second = names.take('/');
  expect(second).toMatch(/^\/\.part\.[0-9a-f]{24}$/);
  names.giveBack(second);
  names.close();
  expect(heard).toEqual([`began ${first}`, `ended ${first}`, `began ${second}`, `ended ${second}`]);
});

test('two uploads at once have two names, and one that ends after the session is forgotten', () => {
  const first = names.take('/');
  const second = names.take('/');
  expect(second).not.toBe(first);
  names.giveBack(first);
  names.close();
  names.giveBack(second);
  expect(heard.slice(2)).toEqual([`ended ${first}`, `ended ${second}`]);
});

let folder: string;
let jail: Jail;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'temporary-names-'));
  jail = Jail.open(folder);
});
afterEach(() => {
  jail.close();
  rmSync(folder, { recursive: true });
});

test('a name that somebody has taken meanwhile is left to them, and the upload has another', () => {
  const options = { atomic: true, mode: 0o644 };
  void createLocalUpload(jail, '/one', options, names).commit();
  const [taken = ''] = heard.map((line) => path.basename(line));
  writeFileSync(path.join(folder, taken), 'theirs');
  void createLocalUpload(jail, '/two', options, names).commit();
  expect(readdirSync(folder).toSorted()).toEqual([taken, 'one', 'two']);
  expect(heard.map((line) => line.split(' ')[0])).toEqual(['began', 'ended', 'began']);
});
