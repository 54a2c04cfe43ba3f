import { setFlagsFromString } from 'node:v8';

import { takeRole } from './process/role.ts';
import { runRole } from './process/run-role.ts';

// Replies and lines of the log are small buffers, cut from pools: of Node's 8 KiB a busy session uses up hundreds a second.
Buffer.poolSize = 64 * 1024;

// What is called for each command is compiled in full after hundreds of calls, not thousands: a session that moves many small
// files is over before that.
setFlagsFromString('--invocation-count-for-turbofan=500');

const role = takeRole();
if (role === undefined) {
  const { run } = await import('./run.ts');
  process.exitCode = await run(process.argv.slice(2));
} else await runRole(role);
