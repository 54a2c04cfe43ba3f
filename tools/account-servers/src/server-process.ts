import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

import { endWithThisProcess, untilTrue } from '@pure-ftpd/testing';

/** What a server is started as. */
export interface ServerProcessOptions {
  readonly uid?: number;
  readonly gid?: number;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** As much of what it says as an error has. */
const MAX_OUTPUT = 10_000;

/** A server that was started, and ends with this process at the latest. */
export class ServerProcess {
  readonly #name: string;
  readonly #child: ChildProcess;
  #output = '';

  /** @param name In errors. */
  constructor(name: string, [program = '', ...words]: readonly string[], options: ServerProcessOptions = {}) {
    this.#name = name;
    const child = spawn(program, words, { ...options, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    this.#child = child;
    endWithThisProcess(child);
    child.stderr.on('data', (chunk: Buffer) => (this.#output = (this.#output + chunk.toString()).slice(-MAX_OUTPUT)));
  }

  get #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Waits until it serves. @throws Error with what it said when it ends before. */
  async until(serves: () => Promise<boolean>): Promise<void> {
    await untilTrue(`${this.#name} serves`, async () => {
      const isServing = await serves();
      // Whoever answers while it has ended is somebody else.
      if (this.#hasEnded) throw new Error(`${this.#name} ended: ${this.#output}`);
      return isServing;
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends it; resolves when it is gone. May be called again. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    if (this.#hasEnded) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    await ended;
  }
}
