import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';

import { killTree } from './kill-tree.ts';

/**
 * A helper as the pool knows it: a process of its own that serves the other end of `channel`.
 * Nothing but the channel tells it what to do, so that no password is ever in arguments or environment.
 */
export interface HelperProcess {
  /** A stream socket; its other end is a descriptor of the helper. */
  readonly channel: Duplex;
  /** Kills it and what it has started (SIGKILL): a module may be beyond listening. */
  kill(): void;
  /** Resolves when it is gone, with what there is to say of it. Never rejects. */
  readonly ended: Promise<string>;
}

/** Starts a helper. May throw, which is a login that failed. */
export type StartHelper = () => HelperProcess;

/** Megabytes of a heap for a program that does next to nothing: most of what Node would take stays unused. */
const SMALL_HEAP = 32;

/**
 * Starts a program of this Node as a helper, its channel being descriptor 3. It must serve that until it is closed, and end.
 *
 * @param words File of the program and its arguments.
 * @param env All of its environment: nothing of ours that modules need not know.
 * @param heap Megabytes of its heap.
 */
export function spawnHelper(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
  heap: number = SMALL_HEAP,
): HelperProcess {
  const child = spawn(process.execPath, words, {
    cwd: '/',
    // Not as arguments: those are all the program's own where it is one file with its Node.
    env: { ...env, NODE_OPTIONS: `--max-old-space-size=${heap} --max-semi-space-size=1` },
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  const channel = child.stdio[3];
  if (!(channel instanceof Duplex)) throw new Error('the channel of a helper cannot be written');
  const { promise, resolve } = Promise.withResolvers<string>();
  child.once('error', (error) => resolve(error.message));
  child.once('exit', (status, signal) => resolve(signal === null ? `status ${status}` : signal));
  const kill = (): void => {
    // When it has been waited for, its number may be somebody else's.
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    killTree(child.pid);
  };
  return { channel, kill, ended: promise };
}
