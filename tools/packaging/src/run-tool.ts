import { spawnSync } from 'node:child_process';

/** Runs a tool to its end. @returns What it printed. @throws Error with what it said, when it fails. */
export function runTool(file: string, args: readonly string[], cwd?: string): string {
  const { status, error, stdout, stderr } = spawnSync(file, args, {
    encoding: 'utf8',
    ...(cwd === undefined ? {} : { cwd }),
  });
  if (status !== 0) throw new Error(`${file} ${args.join(' ')}: ${error?.message ?? stderr}`);
  return stdout;
}
