import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { check } from './check.ts';

const TARGETS = { typecheck: {}, lint: {}, test: {} };

/** A small repository in which nothing is wrong. */
let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'boundaries-'));
  put('package.json', {
    name: 'root',
    workspaces: ['apps/*', 'libs/*', 'tools/*', 'test'],
    devDependencies: { vitest: '1.0.0' },
  });
  library('posix', { dependencies: { koffi: '1.0.0' } }, "import koffi from 'koffi';");
  library('protocol', {}, "import { join } from 'node:path';");
  library('server', { dependencies: { '@pure-ftpd/protocol': '0.1.0' } }, "import '@pure-ftpd/protocol';");
  library('puredb', {}, '');
  program('pure-ftpd', { dependencies: { '@pure-ftpd/server': '0.1.0' } }, "import '@pure-ftpd/server';");
  program('pure-pw', {}, "import './other.ts';");
  put('tools/peers/package.json', {
    name: '@pure-ftpd/peers',
    version: '0.1.0',
    private: true,
    exports: { '.': 'x' },
    nx: { targets: TARGETS },
  });
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, content: unknown): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
}

function library(name: string, manifest: object, source: string): void {
  const common = {
    name: `@pure-ftpd/${name}`,
    version: '0.1.0',
    exports: { '.': './src/index.ts' },
    nx: { targets: TARGETS },
  };
  put(`libs/${name}/package.json`, { ...common, ...manifest });
  put(`libs/${name}/src/index.ts`, source);
}

function program(name: string, manifest: object, source: string): void {
  put(`apps/${name}/package.json`, { name, version: '0.1.0', nx: { targets: { ...TARGETS, build: {} } }, ...manifest });
  put(`apps/${name}/src/main.ts`, source);
}

test('a repository in which nothing is wrong passes', () => {
  expect(check(root)).toEqual([]);
});

describe('an import is refused', () => {
  const puredb = { dependencies: { '@pure-ftpd/server': '0.1.0' } };
  const withKoffi = { dependencies: { koffi: '1.0.0' } };
  test.each<[string, () => void, string]>([
    [
      'of the engine by a library that must not know it',
      () => library('puredb', puredb, "import type { A } from '@pure-ftpd/server';"),
      'libs/puredb/src/index.ts:1: imports @pure-ftpd/server: the layout does not let libs/puredb stand on libs/server',
    ],
    [
      'by the engine of a library that is Pure-FTPd’s',
      () => library('server', { dependencies: { '@pure-ftpd/puredb': '0.1.0' } }, "\nimport '@pure-ftpd/puredb';"),
      'libs/server/src/index.ts:2: imports @pure-ftpd/puredb: the layout does not let libs/server stand on libs/puredb',
    ],
    [
      'of the engine by another program',
      () => program('pure-pw', puredb, "import '@pure-ftpd/server';"),
      'apps/pure-pw/src/main.ts:1: imports @pure-ftpd/server: only apps/pure-ftpd may import it',
    ],
    [
      'of a program',
      () => program('pure-pw', { dependencies: { 'pure-ftpd': '0.1.0' } }, "import 'pure-ftpd';"),
      'apps/pure-pw/src/main.ts:1: imports pure-ftpd: a program is never imported',
    ],
    [
      'by a library without a row',
      () => library('new', { dependencies: { '@pure-ftpd/protocol': '0.1.0' } }, "import '@pure-ftpd/protocol';"),
      'libs/new/src/index.ts:1: imports @pure-ftpd/protocol: libs/new has no row in tools/boundaries/src/layout.ts',
    ],
    [
      'of native code outside of posix',
      () => library('protocol', withKoffi, "import 'koffi';"),
      'libs/protocol/src/index.ts:1: imports koffi: only libs/posix/src/ may import it',
    ],
    [
      'of proper-lockfile outside of the module that locks',
      () => library('puredb', { dependencies: { 'proper-lockfile': '4.1.2' } }, "import 'proper-lockfile';"),
      'libs/puredb/src/index.ts:1: imports proper-lockfile: only libs/puredb/src/lock.ts may import it',
    ],
    [
      'by a path into another package',
      () => library('puredb', {}, "export * from '../../protocol/src/index.ts';"),
      'libs/puredb/src/index.ts:1: imports ../../protocol/src/index.ts: a path into another package',
    ],
    [
      'by an absolute path',
      () => library('puredb', {}, "await import('/usr/lib/x.js');"),
      'libs/puredb/src/index.ts:1: imports /usr/lib/x.js: an absolute path',
    ],
    [
      'past the doors of a package',
      () =>
        library(
          'server',
          { dependencies: { '@pure-ftpd/protocol': '0.1.0' } },
          "import '@pure-ftpd/protocol/src/a.ts';",
        ),
      'libs/server/src/index.ts:1: imports @pure-ftpd/protocol/src/a.ts: @pure-ftpd/protocol has no door ./src/a.ts',
    ],
    [
      'that package.json does not declare',
      () => library('jail', {}, "import '@pure-ftpd/protocol';"),
      'libs/jail/src/index.ts:1: imports @pure-ftpd/protocol: libs/jail/package.json does not depend on @pure-ftpd/protocol',
    ],
    [
      'of a package of npm that package.json does not declare',
      () => library('puredb', {}, "import 'vitest';"),
      'libs/puredb/src/index.ts:1: imports vitest: libs/puredb/package.json does not depend on vitest',
    ],
    [
      'of a tool outside of tests',
      () => library('puredb', { dependencies: { '@pure-ftpd/peers': '0.1.0' } }, "import '@pure-ftpd/peers';"),
      'libs/puredb/src/index.ts:1: imports @pure-ftpd/peers: tools are for tests only',
    ],
    [
      'that is computed',
      () => library('puredb', {}, 'await import(String(1));'),
      'libs/puredb/src/index.ts:1: imports (computed): a module that is not named in the source',
    ],
  ])('%s', (_, change, problem) => {
    change();
    expect(check(root)).toContain(problem);
  });

  test('but not of itself by its own name, as an example does', () => {
    put('libs/server/examples/basic.ts', "import '@pure-ftpd/server';");
    expect(check(root)).toEqual([]);
  });

  test('but examples may show what only tests install', () => {
    library('server', { devDependencies: { vitest: '1.0.0' } }, '');
    put('libs/server/examples/basic.ts', "import 'vitest';");
    expect(check(root)).toEqual([]);
  });

  test('but tests may use tools and what all tests share', () => {
    library('puredb', { devDependencies: { '@pure-ftpd/peers': '0.1.0' } }, '');
    put('libs/puredb/src/index.test.ts', "import { test } from 'vitest'; import '@pure-ftpd/peers';");
    expect(check(root)).toEqual([]);
  });
});

describe('a manifest is refused', () => {
  test.each<[string, () => void, string]>([
    [
      'with a dependency that nothing imports',
      () => library('puredb', { dependencies: { '@pure-ftpd/protocol': '0.1.0' } }, ''),
      'libs/puredb/package.json: nothing imports @pure-ftpd/protocol',
    ],
    [
      'with another version than the rest',
      () => library('puredb', { version: '0.2.0' }, ''),
      'libs/puredb/package.json: version 0.2.0, others have 0.1.0',
    ],
    [
      'that asks for another version of a sibling',
      () => library('server', { dependencies: { '@pure-ftpd/protocol': '0.0.9' } }, "import '@pure-ftpd/protocol';"),
      'libs/server/package.json: @pure-ftpd/protocol 0.0.9, elsewhere 0.1.0',
    ],
    [
      'with a range instead of a version',
      () => library('posix', { dependencies: { koffi: '^1.0.0' } }, "import 'koffi';"),
      'libs/posix/package.json: koffi ^1.0.0 is not one version',
    ],
    ['under another name', () => library('puredb', { name: 'db' }, ''), 'libs/puredb/package.json: is called db'],
    [
      'of a program under another name',
      () => program('pure-pw', { name: 'pw' }, ''),
      'apps/pure-pw/package.json: is called pw, not pure-pw',
    ],
    [
      'of a program with a bin',
      () => program('pure-pw', { bin: { 'pure-pw': 'x' } }, ''),
      'apps/pure-pw/package.json: has a bin of its own',
    ],
    [
      'without its targets',
      () => library('puredb', { nx: {} }, ''),
      'libs/puredb/package.json: has no Nx target typecheck, lint, test',
    ],
  ])('%s', (_, change, problem) => {
    change();
    expect(check(root)).toContain(problem);
  });
});
