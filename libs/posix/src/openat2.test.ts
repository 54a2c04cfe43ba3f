import {
  closeSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  isOpenat2Available,
  O_CREAT,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_PATH,
  O_RDWR,
  openat2,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_SYMLINKS,
  SystemError,
  tryOpenat2,
} from './index.ts';

describe.skipIf(!isOpenat2Available())('openat2', () => {
  let folder: string;
  let dirfd: number;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'openat2-'));
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'sub/file'), 'x');
    symlinkSync('/sub', join(folder, 'link'));
    dirfd = openSync(folder, O_PATH | O_DIRECTORY);
  });
  afterEach(() => {
    closeSync(dirfd);
    rmSync(folder, { recursive: true });
  });

  it('opens by a string and by bytes that are not UTF-8', () => {
    const name = Buffer.from([0x66, 0xff]);
    const made = openat2(dirfd, name, { flags: O_RDWR | O_CREAT, mode: 0o640 });
    const again = openat2(dirfd, 'sub/file', { flags: O_PATH | O_NOFOLLOW });
    try {
      expect(fstatSync(made).mode & 0o777).toBe(0o640);
      expect(fstatSync(again).size).toBe(1);
      expect(readlinkSync(`/proc/self/fd/${made}`, 'buffer').subarray(-2)).toEqual(name);
    } finally {
      closeSync(made);
      closeSync(again);
    }
  });

  it('takes absolute links from the directory when told so, and refuses links when told so', () => {
    const fd = openat2(dirfd, 'link/file', { flags: O_PATH, resolve: RESOLVE_IN_ROOT });
    closeSync(fd);
    expect(() => openat2(dirfd, 'link/file', { flags: O_PATH, resolve: RESOLVE_NO_SYMLINKS })).toThrow(
      expect.objectContaining({ code: 'ELOOP', syscall: 'openat2', path: 'link/file' }),
    );
  });

  it('fails as Node does', () => {
    const missing = new SystemError('ENOENT', 'openat2', { path: 'missing' });
    expect(missing).toMatchObject({ code: 'ENOENT', errno: -2, syscall: 'openat2' });
    expect(missing.message).toBe("ENOENT: no such file or directory, openat2 'missing'");
    expect(() => openat2(dirfd, 'missing', { flags: O_PATH })).toThrow(missing);
    expect(tryOpenat2(dirfd, 'missing', { flags: O_PATH })).toBe(-2);
  });

  it('refuses a NUL instead of cutting the path there', () => {
    expect(tryOpenat2(dirfd, 'sub\0/file', { flags: O_PATH })).toBe(-22);
    expect(tryOpenat2(dirfd, Buffer.from('sub\0/file'), { flags: O_PATH })).toBe(-22);
  });

  it('gives a descriptor that programs started later do not inherit', () => {
    const fd = openat2(dirfd, 'sub', { flags: O_PATH });
    try {
      const flags = Number.parseInt(/flags:\s*([0-7]+)/.exec(readInfo(fd))?.[1] ?? '', 8);
      expect(flags & 0o2000000).not.toBe(0);
    } finally {
      closeSync(fd);
    }
  });
});

function readInfo(fd: number): string {
  return readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1');
}
