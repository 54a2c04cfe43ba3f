import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** How a program of another project ended. */
export interface Finished {
  /** Exit status; null when a signal ended it. */
  readonly status: number | null;
  /** Bytes as latin1, since clients show names as they come. */
  readonly stdout: string;
  readonly stderr: string;
  /** Both, in the order in which they were read. */
  readonly output: string;
}

export interface RunOptions {
  /** What it reads from standard input; a string is UTF-8. */
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds after which it is killed. */
  readonly limitMs?: number;
}

/** Runs a client with a home of its own (`cwd`), so that no settings of this machine's user are read or written. */
export async function runProgram(file: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const child = spawn(file, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: {
      PATH: process.env['PATH'] ?? '',
      LC_ALL: 'C.UTF-8',
      TERM: 'dumb',
      ...(options.cwd === undefined ? {} : { HOME: options.cwd }),
      ...options.env,
    },
  });
  let stdout = '';
  let stderr = '';
  let output = '';
  child.stdout.setEncoding('latin1').on('data', (text: string) => {
    stdout += text;
    output += text;
  });
  child.stderr.setEncoding('latin1').on('data', (text: string) => {
    stderr += text;
    output += text;
  });
  // A program that does not read its input says so by how it ends.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const timer = setTimeout(() => child.kill('SIGKILL'), options.limitMs ?? 60_000);
  try {
    await once(child, 'close');
  } finally {
    clearTimeout(timer);
  }
  return { status: child.exitCode, stdout, stderr, output };
}
