// Running an administrator's program: no shell, no arguments, an end in sight.
import { spawn, type SpawnOptions } from 'node:child_process';

/** What a program may do. */
export interface ProgramRun {
  /** Path of the program; nothing is looked up in PATH. */
  readonly file: string;
  readonly arguments?: readonly string[];
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Bytes of its standard output that are kept; what is beyond them is not read. */
  readonly maxOutput: number;
  /** Milliseconds after which it is killed, with everything it has started. */
  readonly limitMs: number;
  /** Bytes of its standard error that are kept; none unless told. */
  readonly maxErrors?: number;
  /** Kills it earlier. */
  readonly signal?: AbortSignal;
}

/** How a program ended. */
export interface ProgramEnd {
  readonly output: Buffer;
  /** What it has said on standard error. */
  readonly errors: Buffer;
  /** Why it was not run, or not to its end; undefined when it has ended by itself. */
  readonly failure: string | undefined;
}

/**
 * Runs a program in `/`, in a session of its own, with nothing to read. It is over when the
 * program has ended and closed its standard output. Never rejects.
 */
export function runProgram(run: ProgramRun): Promise<ProgramEnd> {
  const { promise, resolve } = Promise.withResolvers<ProgramEnd>();
  if (run.signal?.aborted === true)
    return Promise.resolve({ output: NOTHING, errors: NOTHING, failure: 'it was not wanted' });
  const { maxErrors = 0 } = run;
  const options: SpawnOptions = {
    cwd: '/',
    env: { ...run.env },
    detached: true,
    stdio: ['ignore', 'pipe', maxErrors > 0 ? 'pipe' : 'ignore'],
  };
  const child = spawn(run.file, [...(run.arguments ?? [])], options);
  let [output, errors] = [NOTHING, NOTHING];
  let failure: string | undefined;
  child.stdout?.on('data', (chunk: Buffer) => {
    output = Buffer.concat([output, chunk.subarray(0, run.maxOutput - output.length)]);
    if (output.length === run.maxOutput) child.stdout?.destroy();
  });
  // Read to its end, so that what it has too much to say stops no program.
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = Buffer.concat([errors, chunk.subarray(0, maxErrors - errors.length)]);
  });
  const kill = (reason: string): void => {
    failure ??= reason;
    if (child.pid !== undefined) killGroup(child.pid);
    child.stdout?.destroy();
    child.stderr?.destroy();
  };
  const timer = setTimeout(() => kill(`it ran for more than ${run.limitMs} ms and was killed`), run.limitMs);
  const onAbort = (): void => kill('it was not wanted any more and was killed');
  run.signal?.addEventListener('abort', onAbort, { once: true });
  child.once('error', (error) => {
    failure ??= error.message;
  });
  child.once('close', () => {
    clearTimeout(timer);
    run.signal?.removeEventListener('abort', onAbort);
    resolve({ output, errors, failure });
  });
  return promise;
}

const NOTHING: Buffer = Buffer.alloc(0);

/** A session leader's process group has its id. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Everything in it has ended by itself in the meantime.
  }
}
