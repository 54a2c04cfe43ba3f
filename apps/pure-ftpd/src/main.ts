import { runRole, takeRole } from './process/child-role.ts';

const role = takeRole();
if (role === undefined) {
  const { run } = await import('./run.ts');
  process.exitCode = await run(process.argv.slice(2));
} else await runRole(role);
