// The daemon with spare workers that have been taken over. What they do, one after the other, says a variable that children get.
import { appendFileSync, chownSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { SpareWorkers } from '../process/monitor/spare-workers.ts';
import type { MessageToWorker, Prepare } from '../process/messages/to-child.ts';
import { drop, openMonitorLink } from '../process/monitor-link.ts';
import { takeRole } from '../process/role.ts';
import { runRole } from '../process/run-role.ts';
import { say } from './hostile-channel.ts';

/** What each of them does, a line for each: `hang`, or says messages, with blanks between them. */
const VARIABLE = 'LC_SPARE';
/** Has a byte for each that there was. */
const COUNT = 'LC_SPARE_COUNT';

SpareWorkers.isMachineLoaded = () => false;

/** Leaves what a practice may leave, and what nobody expects of one. */
function litter({ folder, identity: { uid, gid } }: Prepare): void {
  writeFileSync(path.join(folder, 'file'), 'left');
  chownSync(path.join(folder, 'file'), uid, gid);
  mkdirSync(path.join(folder, 'folder'));
  symlinkSync('/etc', path.join(folder, 'link'));
}

function runHostileSpare(all: string): void {
  const count = process.env[COUNT] ?? '';
  appendFileSync(count, '.');
  const does = all.split('\n')[readFileSync(count).length - 1] ?? 'hang';
  process.title = 'pure-ftpd (SPARE)';
  openMonitorLink(['prepare', 'startWorker'], (link, message: MessageToWorker, descriptor) => {
    drop(descriptor);
    if (message.type === 'prepare') {
      litter(message);
      if (does !== 'hang') for (const word of does.split(' ')) say(word);
    }
    // It stays who it is.
    if (message.type === 'startWorker') link.send({ type: 'ready' });
  });
}

const role = takeRole();
const does = process.env[VARIABLE];
if (role === 'worker' && does !== undefined) runHostileSpare(does);
else if (role !== undefined) await runRole(role);
else {
  const { run } = await import('../run.ts');
  process.exitCode = await run(process.argv.slice(2));
}
