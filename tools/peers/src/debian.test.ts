import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type PeerManifest, readManifest, writeManifest } from './cache.ts';
import { missingLibraries } from './debian.ts';
import { tempFolder } from './temp-folder.ts';

test('the manifest is read back as it was written, and an absent one is empty', () => {
  using folder = tempFolder();
  expect(readManifest(folder.path)).toEqual({ packages: {}, missingLibraries: {} });
  const manifest: PeerManifest = { packages: { a: 'a_1' }, missingLibraries: { a: ['libx.so.1'] } };
  writeManifest(folder.file('deeper'), manifest);
  expect(readManifest(folder.file('deeper'))).toEqual(manifest);
});

test('scripts lack no libraries', () => {
  using folder = tempFolder();
  mkdirSync(folder.file('usr', 'bin'), { recursive: true });
  writeFileSync(folder.file('usr', 'bin', 'script'), '#!/bin/sh\n', { mode: 0o755 });
  expect(missingLibraries(folder.path)).toEqual([]);
});
