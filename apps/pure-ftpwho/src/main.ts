#!/usr/bin/env node
import { fail, writeAll } from '@pure-ftpd/cli';

import { run } from './run.ts';

function warn(message: string): void {
  writeAll(2, Buffer.from(`pure-ftpwho: ${message}\n`));
}

try {
  const result = await run(process.argv.slice(2), {
    environment: process.env,
    isRoot: process.geteuid?.() === 0,
    isTerminal: process.stdout.isTTY,
    now: () => BigInt(Math.floor(Date.now() / 1000)),
    print: (bytes) => writeAll(1, bytes),
    warn,
  });
  if (typeof result !== 'number') {
    const { watch } = await import('./watch/watch.ts');
    await watch({ numeric: result.numeric });
  }
  // Names of hosts may still be asked for; nobody waits for them any more.
  process.exit(typeof result === 'number' ? result : 0);
} catch (error) {
  fail('pure-ftpwho', error instanceof Error ? error.message : String(error), 1);
}
