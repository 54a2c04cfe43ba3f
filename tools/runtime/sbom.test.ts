import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test.each(['cyclonedx', 'spdx'])('npm sbom lists what is installed, as %s', (format) => {
  const { status, stdout, stderr } = spawnSync('npm', ['sbom', '--offline', '--sbom-format', format], {
    cwd: join(import.meta.dirname, '..', '..'),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const names = new Set([...stdout.matchAll(/"name": "([^"]+)"/g)].map((match) => match[1]));
  for (const name of ['koffi', 'chokidar', 'pure-ftpd']) expect(names).toContain(name);
});
