import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readManifest, readWorkspace, workspaceRoot } from './index.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'workspace-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(folder: string, json: unknown): string {
  mkdirSync(join(root, folder), { recursive: true });
  const file = join(root, folder, 'package.json');
  writeFileSync(file, JSON.stringify(json));
  return file;
}

describe('readWorkspace', () => {
  test('lists what the patterns name, in the order of their folders', () => {
    put('.', { name: 'root', workspaces: ['libs/*', 'test'] });
    put('libs/b', { name: 'b', version: '1.0.0', dependencies: { a: '1.0.0' } });
    put('libs/a', { name: 'a', version: '1.0.0', nx: { targets: { test: {} } } });
    put('test', { name: 't', private: true, bin: { t: 't.js' } });
    put('elsewhere', { name: 'x' });
    const found = readWorkspace(root);
    expect(found.map(({ folder, manifest }) => [folder, manifest.name])).toEqual([
      ['libs/a', 'a'],
      ['libs/b', 'b'],
      ['test', 't'],
    ]);
    expect(found[0]?.manifest.targets).toEqual(['test']);
    expect(found[1]?.manifest.dependencies).toEqual({ a: '1.0.0' });
    expect(found[2]?.manifest).toMatchObject({ private: true, bin: { t: 't.js' } });
  });

  test('finds the packages of this repository', () => {
    expect(readWorkspace(workspaceRoot).map(({ folder }) => folder)).toContain('tools/workspace');
  });
});

test('a manifest with a field of the wrong kind is refused by the name of the field', () => {
  expect(() => readManifest(put('a', { version: '1.0.0' }))).toThrow(/a\/package\.json: no name/);
  expect(() => readManifest(put('b', { name: 'b', dependencies: { c: 1 } }))).toThrow(
    /dependencies\.c is not a string/,
  );
});
