import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { PracticeFolder } from './practice-folder.ts';

const OWN = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, groups: [] };

let place: string;
let temporary: string;
beforeEach(() => {
  place = mkdtempSync(path.join(tmpdir(), 'pure-ftpd-test-'));
  temporary = path.join(place, 'temporary');
  mkdirSync(temporary);
  vi.stubEnv('TMPDIR', temporary);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(place, { recursive: true });
});

test('it is for one user, and removed with what is in it; what that leads to stays', () => {
  const kept = path.join(place, 'kept');
  mkdirSync(kept);
  writeFileSync(path.join(kept, 'file'), 'kept');
  const folder = new PracticeFolder(OWN);
  expect(statSync(folder.path).mode & 0o777).toBe(0o700);
  writeFileSync(path.join(folder.path, 'file'), 'left');
  mkdirSync(path.join(folder.path, 'folder'));
  symlinkSync(kept, path.join(folder.path, 'link'));
  folder.remove();
  expect(readdirSync(temporary)).toEqual([]);
  expect(existsSync(path.join(kept, 'file'))).toBe(true);
  folder.remove();
});

test('what is not of a practice stays, and the error says so', () => {
  const folder = new PracticeFolder(OWN);
  mkdirSync(path.join(folder.path, 'one/two'), { recursive: true });
  expect(() => folder.remove()).toThrow(/ENOTEMPTY/);
  expect(existsSync(path.join(folder.path, 'one/two'))).toBe(true);
});
