import { describe, expect, test } from 'vitest';
import { addPlatforms, platformOf } from './platforms.mjs';

describe('platformOf', () => {
  test.each([
    ['@oxlint/binding-linux-x64-musl', { os: ['linux'], cpu: ['x64'], libc: ['musl'] }],
    ['@nx/nx-linux-arm64-gnu', { os: ['linux'], cpu: ['arm64'], libc: ['glibc'] }],
    ['@oxfmt/binding-linux-arm-musleabihf', { os: ['linux'], cpu: ['arm'], libc: ['musl'] }],
    ['@nx/nx-win32-x64-msvc', { os: ['win32'], cpu: ['x64'] }],
    ['@nx/nx-darwin-arm64', { os: ['darwin'], cpu: ['arm64'] }],
    ['fsevents', undefined],
    ['@oxc-parser/binding-wasm32-wasi', undefined],
  ])('%s', (name, platform) => {
    expect(platformOf(name)).toEqual(platform);
  });
});

describe('addPlatforms', () => {
  test('adds what is asked for and missing, beside what asks for it', () => {
    const asks = { optionalDependencies: { '@x/linux-x64': '1.0.0', '@x/darwin-x64': '1.0.0', fsevents: '~2.3.3' } };
    const packages = {
      '': {},
      'node_modules/@x/linux-x64': { version: '1.0.0' },
      'node_modules/x': { ...asks, dev: true },
      'tools/t/node_modules/y': { optionalDependencies: { '@x/darwin-arm64': '2.0.0' } },
    };
    expect(addPlatforms(packages)).toEqual(['@x/darwin-x64', '@x/darwin-arm64']);
    expect(packages).toMatchObject({
      'node_modules/@x/darwin-x64': { version: '1.0.0', dev: true, optional: true, os: ['darwin'], cpu: ['x64'] },
      'tools/t/node_modules/@x/darwin-arm64': { version: '2.0.0', optional: true, os: ['darwin'], cpu: ['arm64'] },
    });
    expect(addPlatforms(packages)).toEqual([]);
  });
});
