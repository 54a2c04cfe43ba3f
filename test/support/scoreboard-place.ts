import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

import { NamespacedProcess } from '@pure-ftpd/peers';
import { untilTrue } from '@pure-ftpd/testing';

import type { PlannedSession } from './planned-session.ts';
import { etcFolder } from './etc.ts';
import type { Outcome } from './private-machine.ts';

const SESSIONS = join(import.meta.dirname, 'scoreboard-client.ts');

/** Ends at once when it is told to, which process 1 of a namespace does not by itself. */
const NOTHING = ['sh', '-c', 'trap "exit 0" TERM; sleep infinity & wait'];

/** Sessions that a process of ours has on the scoreboard of a place. */
export interface ServedSessions {
  /** As the place's processes see it. */
  readonly pid: number;
  /** How many sessions of a login other servers have there. */
  count(login: string): Promise<number>;
  /** kill -9: nothing is tidied up. */
  kill(): Promise<void>;
}

/** A place with a /run of its own, and with it a scoreboard: servers and programs of both kinds meet there. */
export class ScoreboardPlace implements AsyncDisposable {
  readonly process: NamespacedProcess;
  readonly #etc: Disposable;
  readonly #children: ChildProcessByStdio<Writable, Readable, null>[] = [];

  private constructor(process: NamespacedProcess, etc: Disposable) {
    this.process = process;
    this.#etc = etc;
  }

  /** @param command What runs there first, such as a C server; nothing unless told. */
  static async start(command: readonly string[] = NOTHING): Promise<ScoreboardPlace> {
    const etc = etcFolder();
    const set = 'chmod 700 /run/pure-ftpd; echo up; exec "$@"';
    const place = new ScoreboardPlace(
      new NamespacedProcess(['sh', '-c', set, 'sh', ...command], { etcDir: etc.path }),
      etc,
    );
    try {
      await untilTrue('the place is set up', () => place.process.output.includes('up\n'));
      return place;
    } catch (error) {
      await place[Symbol.asyncDispose]();
      throw new Error(`no place: ${place.process.output}`, { cause: error });
    }
  }

  /** Runs a program there to its end. */
  async run(command: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    const [file, ...args] = this.process.inside(...command);
    const child = spawn(file, args, {
      env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('latin1').on('data', (text: string) => void (output.stdout += text));
    child.stderr.setEncoding('latin1').on('data', (text: string) => void (output.stderr += text));
    await once(child, 'close');
    return { status: child.exitCode, ...output };
  }

  /** What a shell prints there. */
  async shell(script: string, ...args: readonly string[]): Promise<string> {
    const { stdout, stderr, status } = await this.run(['sh', '-c', script, 'sh', ...args]);
    if (status !== 0) throw new Error(`${script}: status ${status}: ${stderr}`);
    return stdout;
  }

  /** Puts sessions of one process of ours on the scoreboard. */
  async serve(sessions: readonly PlannedSession[]): Promise<ServedSessions> {
    const [file, ...args] = this.process.inside(process.execPath, SESSIONS, JSON.stringify(sessions));
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#children.push(child);
    const lines: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => void lines.push(...text.split('\n').filter(Boolean)));
    await untilTrue('the sessions are there', () => {
      if (child.exitCode !== null) throw new Error('the sessions ended');
      return lines.shift() === 'ready';
    });
    // nsenter forks, and the child is told by its program.
    const pid = Number((await this.shell(`grep -lsz '${SESSIONS}' /proc/[0-9]*/cmdline | tail -n 1`)).split('/')[2]);
    return {
      pid,
      count: async (login) => {
        child.stdin.write(`count ${login}\n`);
        await untilTrue('the count came', () => lines.length > 0);
        return Number(lines.shift());
      },
      kill: async () => {
        const ended = once(child, 'exit');
        await this.shell(`kill -9 ${pid}`);
        await ended;
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.process.stop();
    for (const child of this.#children) {
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
    this.#etc[Symbol.dispose]();
  }
}
