import { spawnSync } from 'node:child_process';

import { expect, test } from 'vitest';

test.runIf(process.platform === 'linux')('a process has the name of its program, whatever its title is', () => {
  const module = JSON.stringify(new URL('process-name.ts', import.meta.url).href);
  const script = `
    const { nameProcess } = await import(${module});
    nameProcess('a-program-of-many-letters', 'a-program (ROLE)');
    const { readFileSync } = await import('node:fs');
    console.log(readFileSync('/proc/self/comm', 'utf8').trim());
    console.log(readFileSync('/proc/self/cmdline', 'latin1').split('\\0')[0]);
  `;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(stdout).toBe('a-program-of-ma\na-program (ROLE)\n');
});
