// The engine of a cluster, as the server has it: by way of a process without rights, which is started again when it ends.
import { type ChildProcess, spawn } from 'node:child_process';
import { Duplex } from 'node:stream';

import type { Engine, ScriptCall } from '@pure-ftpd/cluster';

import type { Log } from '../../log/log.ts';
import { programAgain } from '../program-again.ts';
import { RateLimit } from '../rate-limit.ts';
import { eachLine } from '../uploads/each-line.ts';
import type { ClusterCall, ClusterOrders } from './messages.ts';

/** How long an answer is waited for, and the first one of a process that has to start, in milliseconds. */
const ANSWER_MS = 2000;
const FIRST_ANSWER_MS = 8000;

/** Calls that may wait for their answers. */
const MOST_CALLS = 10_000;

/** How long is waited before an ended process is started again, in milliseconds. */
const PAUSE_MS = 1000;

/** Lines of the log about its ends. */
const LINES_PER_SECOND = 1 / 60;
const LINES_AT_ONCE = 5;

/** Characters of an answer, and of the reason in it. */
const LINE_LIMIT = 1024;
const REASON_LIMIT = 200;

/** Megabytes of its heap. */
const HEAP = 64;

interface Waiting {
  readonly resolve: (answer: number) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** The process that speaks to the engine. It may be taken over: what it says is a number, or a reason for there being none. */
export class ClusterProcess implements Engine {
  readonly #orders: ClusterOrders;
  readonly #log: Pick<Log, 'write'>;
  readonly #limit = new RateLimit(LINES_PER_SECOND, LINES_AT_ONCE);
  readonly #waiting = new Map<number, Waiting>();
  #child: ChildProcess | undefined;
  #channel: Duplex | undefined;
  #restart: NodeJS.Timeout | undefined;
  #ended: Promise<void> = Promise.resolve();
  #calls = 0;
  /** Calls of this process that it has not answered, also those for which nobody waits any more. */
  #unanswered = 0;
  #hasAnswered = false;
  #isClosed = false;

  constructor(orders: ClusterOrders, log: Pick<Log, 'write'>) {
    this.#orders = orders;
    this.#log = log;
    this.#start();
  }

  async run(script: ScriptCall): Promise<number> {
    const channel = this.#channel;
    if (channel === undefined) throw new Error('its process is not there');
    if (this.#unanswered >= MOST_CALLS) throw new Error('too many calls wait for their answers');
    const call = (this.#calls += 1);
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const late = (): void => {
      this.#waiting.delete(call);
      reject(new Error('its process does not answer'));
    };
    const timer = setTimeout(late, this.#hasAnswered ? ANSWER_MS : FIRST_ANSWER_MS);
    this.#waiting.set(call, { resolve, reject, timer });
    this.#unanswered += 1;
    channel.write(`${JSON.stringify({ call, ...script } satisfies ClusterCall)}\n`);
    return promise;
  }

  /** Ends the process. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#restart);
    this.#child?.kill('SIGKILL');
    await this.#ended;
  }

  #start(): void {
    const { words, environment } = programAgain('cluster', ['NODE_EXTRA_CA_CERTS']);
    const ended = Promise.withResolvers<void>();
    this.#ended = ended.promise;
    this.#unanswered = 0;
    this.#hasAnswered = false;
    let isOver = false;
    const over = (why: string): void => {
      if (isOver) return;
      isOver = true;
      ended.resolve();
      this.#over(why);
    };
    try {
      const child = spawn(process.execPath, words, {
        argv0: 'pure-ftpd',
        cwd: '/',
        env: { ...environment, NODE_OPTIONS: `--max-old-space-size=${HEAP} --max-semi-space-size=1` },
        stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
      });
      this.#child = child;
      child.once('error', (error) => over(error.message));
      child.once('exit', (status, signal) => over(signal ?? `status ${status}`));
      const channel = child.stdio[3];
      if (!(channel instanceof Duplex)) throw new Error('its channel cannot be written');
      this.#channel = channel;
      channel.write(`${JSON.stringify(this.#orders)}\n`);
      eachLine(channel, LINE_LIMIT, (line) => this.#hear(line, child));
      // Without it, it has nothing to do.
      channel.once('close', () => child.kill('SIGKILL'));
    } catch (error) {
      over(String(error));
    }
  }

  #hear(line: string, child: ChildProcess): void {
    if (child !== this.#child) return;
    const said = answerIn(line);
    // It speaks when it is asked.
    if (said === undefined || this.#unanswered === 0) {
      child.kill('SIGKILL');
      return;
    }
    this.#unanswered -= 1;
    this.#hasAnswered = true;
    const { call, answer, error } = said;
    const waiting = this.#waiting.get(call);
    if (waiting === undefined) return;
    this.#waiting.delete(call);
    clearTimeout(waiting.timer);
    if (answer === undefined) waiting.reject(new Error(printable(error)));
    else waiting.resolve(answer);
  }

  #over(why: string): void {
    this.#child = undefined;
    this.#channel = undefined;
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(new Error('its process has ended'));
    }
    this.#waiting.clear();
    if (this.#isClosed) return;
    if (this.#limit.take())
      this.#log.write('WARNING', `the process that speaks to the cluster has ended (${why}), and is started again`);
    this.#restart = setTimeout(() => this.#start(), PAUSE_MS).unref();
  }
}

/** What may be in a line of the log. */
function printable(reason: string): string {
  return reason.slice(0, REASON_LIMIT).replaceAll(/[^ -~]/g, '?');
}

/** @returns undefined for what is no answer. */
function answerIn(
  line: string,
): { readonly call: number; readonly answer: number | undefined; readonly error: string } | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || !('call' in value) || typeof value.call !== 'number')
      return undefined;
    const answer = 'answer' in value && Number.isSafeInteger(value.answer) ? Number(value.answer) : undefined;
    const error = 'error' in value && typeof value.error === 'string' ? value.error : 'it says nothing';
    return { call: value.call, answer, error };
  } catch {
    return undefined;
  }
}
