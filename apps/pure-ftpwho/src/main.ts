#!/usr/bin/env node
import { existsSync } from 'node:fs';

import { fail, writeAll } from '@pure-ftpd/cli';

import { scoreboardPlace } from '@pure-ftpd/scoreboard';

import { run } from './run.ts';

function warn(message: string): void {
  writeAll(2, Buffer.from(`pure-ftpwho: ${message}\n`));
}

/** Who is not root has a scoreboard only where a server has made one. */
function visibleScoreboard(): ReturnType<typeof scoreboardPlace> {
  const place = scoreboardPlace();
  return place === undefined || place.owner === 0 || existsSync(place.directory) ? place : undefined;
}

try {
  const place = visibleScoreboard();
  const result = await run(process.argv.slice(2), {
    environment: process.env,
    mayLook: place !== undefined,
    ...(place === undefined ? {} : { scoreboard: place }),
    isTerminal: process.stdout.isTTY,
    now: () => BigInt(Math.floor(Date.now() / 1000)),
    print: (bytes) => writeAll(1, bytes),
    warn,
  });
  if (typeof result !== 'number') {
    const { watch } = await import('./watch/watch.ts');
    await watch({ numeric: result.numeric, ...place });
  }
  // Names of hosts may still be asked for; nobody waits for them any more.
  process.exit(typeof result === 'number' ? result : 0);
} catch (error) {
  fail('pure-ftpwho', error instanceof Error ? error.message : String(error), 1);
}
