import type { Manifest } from '@pure-ftpd/workspace';
import { expect, test } from 'vitest';
import { checkLock } from './check-lock.ts';

const manifest: Manifest = {
  name: 'a',
  version: '1.0.0',
  private: false,
  exports: {},
  bin: { x: 'x.sh' },
  dependencies: { b: '1.0.0' },
  devDependencies: {},
  targets: [],
};
const packages = [{ folder: 'libs/a', manifest }];

test('a lock file that says the same is right', () => {
  expect(checkLock(packages, { packages: { 'libs/a': { bin: { x: 'x.sh' }, dependencies: { b: '1.0.0' } } } })).toEqual(
    [],
  );
});

test.each([
  ['no entry', {}],
  ['a dependency less', { bin: { x: 'x.sh' } }],
  ['a dependency more', { bin: { x: 'x.sh' }, dependencies: { b: '1.0.0', c: '1.0.0' } }],
  ['another version', { bin: { x: 'x.sh' }, dependencies: { b: '0.9.0' } }],
  ['no program', { dependencies: { b: '1.0.0' } }],
])('%s is found', (_, entry) => {
  expect(checkLock(packages, { packages: { 'libs/a': entry } })).toEqual([
    'libs/a/package.json: package-lock.json does not know it so: npm install && npm run lock',
  ]);
});
