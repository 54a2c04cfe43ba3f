import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { isPrctlAvailable, setCloseOnExec } from './index.ts';
import { script } from './testing.ts';

describe.skipIf(!isPrctlAvailable())('inherited descriptors', () => {
  it('are closed but for the named ones, which children do not inherit; the runtime goes on', () => {
    const folder = mkdtempSync(join(tmpdir(), 'posix-'));
    const file = openSync(join(folder, 'file'), 'w');
    try {
      const { stdout, stderr } = spawnSync(
        process.execPath,
        script(
          "import { fstatSync } from 'node:fs'; import { readFile } from 'node:fs/promises'; import { execFileSync } from 'node:child_process';",
          'const closed = posix.closeInheritedDescriptors([4]);',
          'const open = [3, 4, 5].map((fd) => { try { fstatSync(fd); return true; } catch { return false; } });',
          "const text = await readFile('/proc/self/comm', 'utf8');",
          "const child = execFileSync('ls', ['/proc/self/fd'], { encoding: 'utf8' }).trim().split(/\\s+/);",
          'const timer = setTimeout(() => {}, 60_000);',
          "await new Promise((done) => { process.once('SIGUSR2', done); process.kill(process.pid, 'SIGUSR2'); });",
          'clearTimeout(timer);',
          'console.log(JSON.stringify({ closed, open, works: text.length > 0, child: child.length }));',
        ),
        { stdio: ['ignore', 'pipe', 'pipe', file, file, file], encoding: 'utf8' },
      );
      expect(stderr).toBe('');
      // A child has 0 to 2, and the folder that it reads.
      expect(JSON.parse(stdout)).toEqual({
        // The tests themselves may have been started with more.
        closed: expect.arrayContaining([3, 5]),
        open: [false, true, false],
        works: true,
        child: 4,
      });
    } finally {
      closeSync(file);
      rmSync(folder, { recursive: true });
    }
  });

  it('that are not open are said', () => {
    expect(() => setCloseOnExec(987_654)).toThrow(expect.objectContaining({ code: 'EBADF', syscall: 'fcntl' }));
  });
});
