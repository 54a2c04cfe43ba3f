import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs a program, whose output nobody wants, to its end. @throws Error when its status is another than 0. */
export async function runToEnd([file = '', ...args]: readonly string[]): Promise<void> {
  const child = spawn(file, args, { stdio: 'ignore' });
  await once(child, 'exit');
  if (child.exitCode !== 0) throw new Error(`${file} ${args.join(' ')}: status ${child.exitCode}`);
}
