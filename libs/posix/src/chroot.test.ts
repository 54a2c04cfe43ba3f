import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { chroot, isChrootAvailable } from './index.ts';
import { isRoot, runJson } from './testing.ts';

describe.skipIf(!isChrootAvailable())('chroot', () => {
  it.runIf(isRoot)('makes a directory the root of all threads', () => {
    const folder = mkdtempSync(join(tmpdir(), 'posix-'));
    try {
      mkdirSync(join(folder, 'inside'));
      writeFileSync(join(folder, 'inside', 'file'), '');
      const told = runJson(
        "import { readdirSync } from 'node:fs'; import { readdir } from 'node:fs/promises';",
        `posix.chroot(${JSON.stringify(join(folder, 'inside'))});`,
        "console.log(JSON.stringify([process.cwd(), readdirSync('/'), await readdir('/..')]));",
      );
      expect(told).toEqual(['/', ['file'], ['file']]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says why it cannot', () => {
    expect(() => chroot('/nonexistent')).toThrow(expect.objectContaining({ syscall: 'chroot', path: '/nonexistent' }));
    expect(() => chroot('/\0/etc')).toThrow(expect.objectContaining({ code: 'EINVAL' }));
  });
});
