import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { countLocked, countPresent, isInstalled, noteInstalled, npmFailure } from './install-state.mjs';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'install-state-'));
  mkdirSync(join(root, 'node_modules'));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(wanted: unknown, present: unknown): void {
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: wanted }));
  writeFileSync(join(root, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: present }));
}

describe('isInstalled', () => {
  const a = { version: '1.0.0', integrity: 'sha512-a' };

  test('what the lock file asks for is there', () => {
    put({ '': {}, 'node_modules/a': a }, { 'node_modules/a': a });
    expect(isInstalled(root)).toBe(true);
  });

  test('an optional package of another platform need not be', () => {
    put({ 'node_modules/a': a, 'node_modules/b': { ...a, optional: true } }, { 'node_modules/a': a });
    expect(isInstalled(root)).toBe(true);
  });

  test.each([
    ['a package is missing', { 'node_modules/a': a, 'node_modules/b': a }, { 'node_modules/a': a }],
    ['a version differs', { 'node_modules/a': a }, { 'node_modules/a': { ...a, version: '0.9.0' } }],
    ['a package is no longer wanted', { 'node_modules/a': a }, { 'node_modules/a': a, 'node_modules/b': a }],
    [
      'a program of a workspace package was added',
      { 'tools/x': { bin: { x: 'x', y: 'x' } } },
      { 'tools/x': { bin: { x: 'x' } } },
    ],
  ])('%s: not installed', (_, wanted, present) => {
    put(wanted, present);
    expect(isInstalled(root)).toBe(false);
  });

  test('what a package of the workspace depends on may be newer than the lock file', () => {
    put({ 'libs/a': { dependencies: {} } }, { 'libs/a': { dependencies: { b: '1.0.0' } } });
    expect(isInstalled(root)).toBe(true);
  });

  test('what npm ci leaves different it is not asked for again, until the lock file changes', () => {
    put({ 'node_modules/a': a, 'tools/gone': {} }, { 'node_modules/a': a });
    expect(isInstalled(root)).toBe(false);
    noteInstalled(root);
    expect(isInstalled(root)).toBe(true);
    put({ 'node_modules/a': a, 'tools/gone': {}, 'node_modules/b': a }, { 'node_modules/a': a });
    expect(isInstalled(root)).toBe(false);
  });

  test('nothing there, or half written', () => {
    put({}, {});
    rmSync(join(root, 'node_modules'), { recursive: true });
    expect(isInstalled(root)).toBe(false);
    mkdirSync(join(root, 'node_modules'));
    writeFileSync(join(root, 'node_modules', '.package-lock.json'), '{"packages":');
    expect(isInstalled(root)).toBe(false);
  });
});

describe('npmFailure', () => {
  test('is the line that says what went wrong', () => {
    expect(
      npmFailure(
        'npm error code EAI_AGAIN\nnpm error syscall getaddrinfo\nnpm error errno EAI_AGAIN\n' +
          'npm error request to https://host/a failed, reason: getaddrinfo EAI_AGAIN host\nnpm error A complete log of this run',
      ),
    ).toBe('request to https://host/a failed, reason: getaddrinfo EAI_AGAIN host');
    expect(npmFailure('')).toBe('npm failed without a message');
  });
});

test('packages are counted as they lie side by side, and only those of this platform', () => {
  const places = {
    '': {},
    'libs/a': {},
    'node_modules/a': {},
    'node_modules/@s/b': { os: ['linux'] },
    'node_modules/a/node_modules/c': {},
    'node_modules/d': { os: 'win32' },
    'node_modules/e': { os: ['!win32'], cpu: ['arm64'] },
  };
  put(places, {});
  expect(countLocked(root, { platform: 'linux', arch: 'x64' })).toBe(2);
  expect(countLocked(root, { platform: 'linux', arch: 'arm64' })).toBe(3);
  expect(countPresent(root)).toBe(0);
  for (const name of ['a/node_modules/c', '@s/b', '@s/f', '.bin'])
    mkdirSync(join(root, 'node_modules', name), { recursive: true });
  expect(countPresent(root)).toBe(3);
});
