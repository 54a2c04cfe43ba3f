// A home that reaches over several file systems: what cannot be renamed from one to the other stays where it was.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describeWith } from '@pure-ftpd/peers/vitest';
import { expect, test } from 'vitest';

import { Daemon } from '../support/daemon.ts';

describeWith(['root'], 'a home with another file system in it', () => {
  test('what is renamed to that stays as it was, at both ends, and no link is followed', async () => {
    await using daemon = await Daemon.start();
    const { home, outside } = daemon;
    const disk = join(home, 'disk');
    mkdirSync(disk);
    execFileSync('sh', ['-c', 'mount -t tmpfs -o size=1m,mode=777 tmpfs "$0"', disk]);
    try {
      writeFileSync(join(home, 'file'), 'content');
      writeFileSync(join(outside, 'secret'), 'the canary outside');
      symlinkSync(join(outside, 'secret'), join(home, 'link'));
      symlinkSync(join(outside, 'secret'), join(disk, 'taken'));
      const client = await daemon.login();
      for (const [from, to] of [
        ['file', 'disk/new'],
        ['file', 'disk/taken'],
        ['link', 'disk/new'],
        ['disk/taken', 'file'],
      ] as const) {
        expect((await client.command(`RNFR ${from}`)).code).toBe(350);
        expect([from, to, (await client.command(`RNTO ${to}`)).code]).toEqual([from, to, 451]);
      }
      expect(existsSync(join(disk, 'new'))).toBe(false);
      expect(readFileSync(join(home, 'file'), 'latin1')).toBe('content');
      expect(readFileSync(join(outside, 'secret'), 'latin1')).toBe('the canary outside');
      client.close();
    } finally {
      execFileSync('sh', ['-c', 'umount "$0"', disk]);
    }
  });
});
