#!/usr/bin/env node
import { existsSync } from 'node:fs';

import { fail, isTerminal, tellsAbout, writeAll } from '@pure-ftpd/cli';
import { ControlClient, ControlError } from '@pure-ftpd/control';
import { scoreboardPlace } from '@pure-ftpd/scoreboard';
import { controlSource, scoreboardSource } from '@pure-ftpd/status';

import { ABOUT } from './about.ts';
import { run } from './run.ts';

function warn(message: string): void {
  writeAll(2, Buffer.from(`pure-ftpwho: ${message}\n`));
}

/** Who is not root has a scoreboard only where a server has made one. */
function visibleScoreboard(): ReturnType<typeof scoreboardPlace> {
  const place = scoreboardPlace();
  return place === undefined || place.owner === 0 || existsSync(place.directory) ? place : undefined;
}

/** Whether somebody without a scoreboard may ask the server. */
async function mayAsk(): Promise<boolean> {
  try {
    await using _control = await ControlClient.connect();
    return true;
  } catch (error) {
    if (error instanceof ControlError) return false;
    throw error;
  }
}

async function start(words: readonly string[]): Promise<number> {
  const place = visibleScoreboard();
  const asks = place === undefined && (await mayAsk());
  const result = await run(words, {
    environment: process.env,
    mayLook: place !== undefined || asks,
    asks,
    ...(place === undefined ? {} : { scoreboard: place }),
    isTerminal: isTerminal(1),
    now: () => BigInt(Math.floor(Date.now() / 1000)),
    print: (bytes) => writeAll(1, bytes),
    warn,
  });
  if (typeof result === 'number') return result;
  const { watch } = await import('@pure-ftpd/status/watch');
  const { numeric } = result;
  await watch(
    asks
      ? controlSource({ numeric, waitsForNames: false })
      : scoreboardSource({ numeric, waitsForNames: false, ...(place === undefined ? {} : { place }) }),
  );
  return 0;
}

try {
  const words = process.argv.slice(2);
  // Names of hosts may still be asked for; nobody waits for them any more.
  process.exit(tellsAbout(ABOUT, words) ? 0 : await start(words));
} catch (error) {
  fail('pure-ftpwho', error instanceof Error ? error.message : String(error), 1);
}
