import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';

import { type Check, problem, warning, well } from '../finding.ts';

/** A file may have been written a moment ago on another machine. */
const TOLERATED_MS = 24 * 60 * 60 * 1000;

/** Whether the clock is right: certificates and logs go by it. */
export const clock: Check = {
  name: 'clock',
  find({ file }) {
    const written = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const remedy = 'set the clock: timedatectl set-ntp true';
    if (written > Date.now() + TOLERATED_MS)
      return [problem(`the clock says ${new Date().toISOString()}, and ${file} was written after that`, remedy)];
    const asked = spawnSync('timedatectl', ['show', '--property=NTPSynchronized', '--value'], {
      encoding: 'utf8',
      timeout: 10_000,
    });
    if (asked.status !== 0) return [well('nobody here knows whether the clock is right')];
    return asked.stdout.trim() === 'no'
      ? [warning('the clock follows no other one (NTP)', remedy)]
      : [well('the clock follows others (NTP)')];
  },
};
