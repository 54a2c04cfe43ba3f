// The daemon, which prepares spare workers however much the machine has to do.
import { SpareWorkers } from '../process/monitor/spare-workers.ts';
import { takeRole } from '../process/role.ts';
import { runRole } from '../process/run-role.ts';

SpareWorkers.isMachineLoaded = () => false;

const role = takeRole();
if (role !== undefined) await runRole(role);
else {
  const { run } = await import('../run.ts');
  process.exitCode = await run(process.argv.slice(2));
}
