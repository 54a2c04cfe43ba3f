import { closeSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { isOpenat2Available } from '@pure-ftpd/posix';
import { expect, it } from 'vitest';

import { isSystemError } from './errors.ts';
import { Jail } from './index.ts';
import type { JailStrategy } from './index.ts';

const STRATEGIES: readonly JailStrategy[] = isOpenat2Available()
  ? ['openat2', 'walk', 'portable']
  : ['walk', 'portable'];

const descriptors = (): number => readdirSync('/proc/self/fd').length;

it.skipIf(process.platform !== 'linux').each(STRATEGIES)(
  'gives its root to who needs it, while it is open (%s)',
  (strategy) => {
    const root = mkdtempSync(join(tmpdir(), 'jail-descriptors-'));
    try {
      const jail = Jail.open(root, { strategy });
      const { rootDescriptor } = jail;
      jail.close();
      if (strategy === 'portable') expect(rootDescriptor).toBeUndefined();
      else {
        expect(rootDescriptor).toBeGreaterThan(2);
        expect(() => jail.rootDescriptor).toThrow('EBADF');
      }
    } finally {
      rmSync(root, { recursive: true });
    }
  },
);

it.skipIf(process.platform !== 'linux').each(STRATEGIES)(
  'gives every descriptor back, whether operations succeed or fail (%s)',
  async (strategy) => {
    const root = mkdtempSync(join(tmpdir(), 'jail-descriptors-'));
    try {
      mkdirSync(join(root, 'a/b/c'), { recursive: true });
      writeFileSync(join(root, 'a/b/file'), 'x');
      symlinkSync('a/b', join(root, 'link'));
      symlinkSync('loop', join(root, 'loop'));
      // The first read starts threads and opens what it keeps.
      const warm = Jail.open(root, { strategy });
      await warm.readdir('/');
      warm.close();
      const before = descriptors();

      const jail = Jail.open(root, { strategy });
      const paths = [
        '/',
        '/a',
        '/a/b/c',
        '/a/b/file',
        '/a/b/file/x',
        '/link',
        '/link/c',
        '/loop',
        '/none/x',
        '/a/none',
      ];
      let successes = 0;
      let failures = 0;
      const attempt = async (operation: () => unknown): Promise<void> => {
        try {
          await operation();
          successes += 1;
        } catch (error) {
          if (!isSystemError(error)) throw error;
          failures += 1;
        }
      };
      for (let round = 0; round < 30; round++) {
        for (const path of paths) {
          for (const operation of [
            () => jail.resolve(path),
            () => jail.resolve(`${path}/../x/..`, { follow: true }),
            () => jail.resolve(path, { follow: true, allowMissing: true }),
            () => jail.lstat(path),
            () => jail.stat(path),
            () => jail.readlink(path),
            () => jail.readdir(path),
            () => jail.openDirectory(path).close(),
            () => closeSync(jail.openFile(path, 'read').fd),
            () => closeSync(jail.openFile(`${path}.new`, 'create').fd),
            () => closeSync(jail.openFile(path, 'create-new').fd),
            () => jail.unlink(`${path}.new`),
            () => jail.unlink('/a/none'),
            () => jail.mkdir(`${path}.dir`),
            () => jail.rename(`${path}.dir`, '/a/moved'),
            () => jail.renameNoReplace('/a/moved', path),
            () => jail.rmdir('/a/moved'),
            () => jail.link(path, '/a/b/second'),
            () => jail.unlink('/a/b/second'),
            () => jail.chmod(path, 0o755),
            () => jail.chown(path, -1, -1),
            () => jail.utimes(path, 0, 0),
            () => jail.truncate(path, 1),
            () => jail.statfs(path),
            () => Jail.open(join(root, path), { strategy }).close(),
          ]) {
            await attempt(operation);
          }
        }
      }
      expect(successes).toBeGreaterThan(1000);
      expect(failures).toBeGreaterThan(1000);
      jail.close();
      expect(descriptors()).toBe(before);
    } finally {
      rmSync(root, { recursive: true });
    }
  },
);
