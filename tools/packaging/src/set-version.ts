// npm run version:set -- VERSION: gives every package of the repository this version, and those that need it.
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { withVersion } from './versions.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const [version] = process.argv.slice(2);
if (version === undefined || !/^\d+\.\d+\.\d+(?:-[a-z0-9.]+)?$/.test(version)) {
  process.stderr.write('usage: npm run version:set -- MAJOR.MINOR.PATCH\n');
  process.exit(2);
}
const { version: before }: { readonly version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const manifests = ['package.json', 'test/package.json', ...globSync('{apps,libs,tools}/*/package.json', { cwd: root })];
const names = manifests.map((file) => {
  const { name }: { readonly name: string } = JSON.parse(readFileSync(join(root, file), 'utf8'));
  return name;
});
for (const file of [...manifests, 'package-lock.json']) {
  const path = join(root, file);
  writeFileSync(path, withVersion(readFileSync(path, 'utf8'), names, before, version));
}
