import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { untilTrue } from './conditions.ts';

/** How a run of a program ended. */
export interface RunEnd {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder for a daemon that answers questions with a program (pure-authd, pure-certd). `await using` ends what was started. */
export class QuestionDaemonPlace implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'question-daemon-'));
  readonly #main: string;
  readonly #children: ChildProcess[] = [];

  /** @param main The daemon's `main.ts`. */
  constructor(main: string) {
    this.#main = main;
    chmodSync(this.#folder, 0o777);
  }

  /** A path in the folder: `socket`, `pid` and `program` are those of the daemon. */
  at(name: string): string {
    return join(this.#folder, name);
  }

  /** Makes the program, of lines of the shell. */
  program(text: string): string {
    writeFileSync(this.at('program'), `#!/bin/sh\n${text}\n`);
    chmodSync(this.at('program'), 0o755);
    return this.at('program');
  }

  /** Runs the daemon's program to its end. */
  run(...words: readonly string[]): RunEnd {
    const { status, stdout, stderr } = spawnSync(process.execPath, [this.#main, ...words], { encoding: 'utf8' });
    return { status, out: stdout, err: stderr };
  }

  /** Starts the daemon in the foreground, in the environment of the sample, and waits until it listens. */
  async start(text: string, ...words: readonly string[]): Promise<ChildProcess> {
    const args = [this.#main, '-s', this.at('socket'), '-r', this.program(text), '-p', this.at('pid'), ...words];
    const env = { PATH: '/usr/bin:/bin' };
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'], env });
    this.#children.push(child);
    const pid = this.at('pid');
    await untilTrue('it listens', () => existsSync(pid) && readFileSync(pid, 'utf8').endsWith('\n'));
    return child;
  }

  /** The answer to a question, as latin1. */
  async ask(question: string | Buffer): Promise<string> {
    const socket = connect({ path: this.at('socket') });
    let heard = '';
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
    socket.write(question);
    await once(socket, 'close');
    return heard;
  }

  /** Signals a daemon. @returns Its exit status. */
  async end(child: ChildProcess, signal: NodeJS.Signals): Promise<unknown> {
    child.kill(signal);
    const [status]: unknown[] = await once(child, 'exit');
    return status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children)
      if (child.exitCode === null && child.signalCode === null) await this.end(child, 'SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
