import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { holdsNoCapabilities, isPrctlAvailable, threadPrivileges } from './index.ts';
import { isRoot, runJson, script } from './testing.ts';

const CHILD = [
  "import { execFileSync } from 'node:child_process';",
  "const status = execFileSync('cat', ['/proc/self/status'], { encoding: 'utf8' });",
  'const field = (name) => new RegExp(`^${name}:\\\\s*(.*)$`, "m").exec(status)[1];',
];

describe.skipIf(!isPrctlAvailable())('rights', () => {
  it('of every thread are read as the kernel has them', () => {
    const threads = threadPrivileges();
    expect(threads.length).toBeGreaterThan(1);
    expect(threads[0]).toMatchObject({
      thread: process.pid,
      uids: Array.from({ length: 4 }, () => process.getuid?.()),
      gids: Array.from({ length: 4 }, () => process.getgid?.()),
      groups: process.getgroups?.().filter((gid) => threads[0]?.groups.includes(gid)),
    });
    expect(() => threadPrivileges(2 ** 30)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });

  it('are not held by threads without capabilities, and by one with any', () => {
    const [thread] = threadPrivileges();
    if (thread === undefined) throw new Error('no thread');
    const none = { ...thread, permitted: 0n, effective: 0n, inheritable: 0n, ambient: 0n };
    expect(holdsNoCapabilities([none])).toBe(true);
    for (const set of ['permitted', 'effective', 'inheritable', 'ambient'])
      expect(holdsNoCapabilities([none, { ...none, [set]: 1n << 40n }])).toBe(false);
  });

  it('are not gained any more after setNoNewPrivileges, by children from their first instruction', () => {
    const told = runJson(
      ...CHILD,
      'const before = posix.threadPrivileges()[0].noNewPrivileges;',
      'posix.setNoNewPrivileges();',
      'const after = posix.threadPrivileges()[0].noNewPrivileges;',
      "const child = execFileSync('cat', ['/proc/self/status'], { encoding: 'utf8' });",
      'console.log(JSON.stringify({ before, after, child: /NoNewPrivs:\\s*1/.test(child) }));',
    );
    expect(told).toEqual({ before: false, after: true, child: true });
  });

  it('a process that may not be traced says so', () => {
    const told = runJson(
      'const before = posix.isDumpable();',
      'posix.setDumpable(false); const off = posix.isDumpable();',
      'posix.setDumpable(true); console.log(JSON.stringify([before, off, posix.isDumpable()]));',
    );
    expect(told).toEqual([true, false, true]);
  });
});

describe.runIf(isRoot && isPrctlAvailable())('rights of root', () => {
  it('leave the bounding set, and children of root have none', () => {
    const told = runJson(
      'posix.dropCapabilityBounds();',
      'posix.dropCapabilityBounds();',
      ...CHILD,
      'const bounding = String(posix.threadPrivileges()[0].bounding);',
      "console.log(JSON.stringify({ bounding, child: field('CapEff'), childBounding: field('CapBnd') }));",
    );
    expect(told).toEqual({ bounding: '0', child: '0000000000000000', childBounding: '0000000000000000' });
  });

  it('leave all threads with the user', () => {
    const told = runJson(
      'const before = posix.holdsNoCapabilities();',
      'process.setgroups([]); process.setgid(54321); process.setuid(54321);',
      'const ids = posix.threadPrivileges().flatMap(({ uids, gids }) => [...uids, ...gids]);',
      'console.log(JSON.stringify({ before, after: posix.holdsNoCapabilities(), ids: [...new Set(ids)] }));',
    );
    expect(told).toEqual({ before: false, after: true, ids: [54321] });
  });
});

describe.skipIf(!isPrctlAvailable())('a child that dies with its parent', () => {
  it('is gone when the parent is killed', async () => {
    const child = script("posix.dieWithParent(); process.stdout.write('ready'); setInterval(() => {}, 1000);");
    const parent = spawn(
      process.execPath,
      [
        '--eval',
        `const child = require('child_process').spawn(process.execPath, ${JSON.stringify(child)}, { stdio: ['ignore', 'pipe', 'inherit'] });
         child.stdout.once('data', () => console.log(child.pid)); setInterval(() => {}, 1000);`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [pid]: unknown[] = await once(parent.stdout, 'data');
    const folder = `/proc/${String(pid).trim()}`;
    expect(existsSync(folder)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => existsSync(folder), { timeout: 60_000 }).toBe(false);
  });

  it('is told when the parent is another by now', () => {
    expect(runJson('console.log(JSON.stringify([posix.dieWithParent(), posix.dieWithParent(1 << 29)]));')).toEqual([
      true,
      false,
    ]);
  });
});
