import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { withVersion } from './versions.ts';

const root = join(import.meta.dirname, '..', '..', '..');

test('a version is that of the package, and of those that need it, and of no other', () => {
  const text = `{
  "name": "@pure-ftpd/one",
  "version": "0.1.0",
  "dependencies": { "@pure-ftpd/two": "0.1.0", "other": "0.1.0" }
}`;
  expect(withVersion(text, ['@pure-ftpd/one', '@pure-ftpd/two'], '0.1.0', '1.2.3')).toBe(`{
  "name": "@pure-ftpd/one",
  "version": "1.2.3",
  "dependencies": { "@pure-ftpd/two": "1.2.3", "other": "0.1.0" }
}`);
});

test('all packages of the repository have one version', () => {
  const versions = [
    'package.json',
    'test/package.json',
    ...globSync('{apps,libs,tools}/*/package.json', { cwd: root }),
  ].map((file) => {
    const { version }: { readonly version: string } = JSON.parse(readFileSync(join(root, file), 'utf8'));
    return version;
  });
  expect(new Set(versions).size).toBe(1);
});
