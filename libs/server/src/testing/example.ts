import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import { untilTrue } from '@pure-ftpd/testing';

/** A program of the examples, running. */
export interface Example extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  /** Everything it has written. */
  output(): string;
  /** Sends a signal, and answers how it ended. */
  end(signal: NodeJS.Signals): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** Starts an example as its first lines say, with these arguments, and waits until it listens. */
export async function startExample(name: string, ...args: readonly string[]): Promise<Example> {
  const program = path.join(import.meta.dirname, '..', '..', 'examples', `${name}.ts`);
  return startProgram(program, ...args);
}

/** Starts a program that says `listening on port N`. */
export async function startProgram(program: string, ...args: readonly string[]): Promise<Example> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  // A test that runs out of time disposes of nothing.
  const killWithTest = (): boolean => child.kill('SIGKILL');
  process.once('exit', killWithTest);
  child.once('exit', () => process.off('exit', killWithTest));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      output += text;
    });
  }
  const port = (): number => Number(/^listening on port (\d+)$/m.exec(output)?.[1] ?? 0);
  await untilTrue(`${program} listens`, () => port() > 0 || child.exitCode !== null);
  if (port() === 0) throw new Error(`${program} has ended: ${output}`);
  const end: Example['end'] = async (signal) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await ended;
    return { code: child.exitCode, signal: child.signalCode };
  };
  return {
    port: port(),
    pid: child.pid ?? 0,
    output: () => output,
    end,
    async [Symbol.asyncDispose]() {
      await end('SIGKILL');
    },
  };
}
