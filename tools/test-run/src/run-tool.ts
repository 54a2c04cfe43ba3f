import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { workspaceRoot } from '@pure-ftpd/workspace';

/**
 * Runs a tool of `node_modules` in the root, with its output on ours. A signal that would end this process is passed on, and ends it
 * after the tool.
 * @param script relative to `node_modules`
 * @returns whether it succeeded
 */
export async function runTool(
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  const child = spawn(process.execPath, [join(workspaceRoot, 'node_modules', script), ...args], {
    cwd: workspaceRoot,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  let interrupt: NodeJS.Signals | undefined;
  const forward = (signal: NodeJS.Signals): void => {
    interrupt = signal;
    child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, forward);
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on('error', reject).on('exit', resolve);
  const code = await promise;
  if (interrupt !== undefined) process.exit(128 + constants.signals[interrupt]);
  for (const signal of signals) process.off(signal, forward);
  return code === 0;
}

/** Runs Nx. */
export function nx(...args: readonly string[]): Promise<boolean> {
  return runTool('nx/dist/bin/nx.js', args);
}
