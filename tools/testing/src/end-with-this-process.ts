import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Sees to it that a process and its children end when this one does, however it ends: a test run that is killed leaves no server behind.
 * @param child The first of a process group of its own (`detached`), which is killed.
 */
export function endWithThisProcess(child: ChildProcess): void {
  if (child.pid === undefined) return;
  // It reads until this process is gone, which has the other end; what a terminal signals does not reach it.
  const guard = spawn('sh', ['-c', 'read -r _; kill -s KILL -- "-$1"', 'sh', String(child.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.unref();
  child.once('close', () => guard.kill('SIGKILL'));
}
