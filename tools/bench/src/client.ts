import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { peerPath } from '@pure-ftpd/peers';
import { PASSWORD, USER } from './servers/server.ts';

const PROGRAM = join(import.meta.dirname, '..', 'client', 'main.py');

/** A client whose parent is killed goes as well; neither caches of compiled Python nor what users have set is wanted. */
const COMMAND = ['setpriv', '--pdeathsig', 'KILL', '--', peerPath('python3'), '-B', '-E', '-S', PROGRAM];

/** How long a job may take, in milliseconds: a server that says nothing must not hold up the others. */
const TIMEOUT = 120_000;

export interface Order {
  /** The name of a function in `client/`. */
  readonly job: string;
  readonly port: number;
  /** TLS on both connections. */
  readonly secure?: boolean;
  /** The arguments of the function after the target. */
  readonly options?: Readonly<Record<string, number | string>>;
}

/** What the client answers, by name. */
export type Answer = Readonly<Record<string, number | string>>;

const running = new Set<ChildProcess>();
let discard = false;

/** From now on the client has the kernel throw away what it downloads: to see whether reading it is what is measured. */
export function discardDownloads(): void {
  discard = true;
}

function kill(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL'); // a group: jobs may fork
  } catch {
    // it has just ended
  }
}

/** Ends every client, whatever it does: their jobs are rejected. */
export function killClients(): void {
  running.forEach(kill);
}

function asAnswer(line: string | undefined): Answer | undefined {
  if (line === undefined) return undefined;
  const value: unknown = JSON.parse(line);
  if (typeof value !== 'object' || value === null) return undefined;
  const answer: Record<string, number | string> = {};
  for (const [name, figure] of Object.entries(value)) {
    if (typeof figure === 'number' || typeof figure === 'string') answer[name] = figure;
  }
  return answer;
}

/**
 * Has the client do a job, and returns its answer. Throws an Error with what it said when it fails or takes longer than two
 * minutes.
 * @param whenReady is called when the client says that it is ready; it goes on when that has resolved
 */
export async function runClient(order: Order, whenReady?: () => Promise<void> | void): Promise<Answer> {
  const { job, port, secure = false, options = {} } = order;
  const target = { port, user: USER, password: PASSWORD, secure, discard };
  const [file = '', ...args] = COMMAND;
  const child = spawn(file, [...args, JSON.stringify({ job, target, options })], { detached: true });
  const timer = setTimeout(() => kill(child), TIMEOUT);
  running.add(child);
  try {
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => void (errors += text));
    child.stdin.on('error', () => {}); // it ended before it read; its status says so
    const ended = once(child, 'close');
    let last: string | undefined;
    for await (const line of createInterface(child.stdout)) {
      if (line === 'ready') {
        await whenReady?.();
        child.stdin.write('\n');
      } else {
        last = line;
      }
    }
    await ended;
    const answer = child.exitCode === 0 ? asAnswer(last) : undefined;
    const said = errors.trim().split('\n').at(-1);
    if (answer === undefined) throw new Error(said === undefined || said === '' ? `${job}: no answer in time` : said);
    return answer;
  } finally {
    clearTimeout(timer);
    running.delete(child);
    kill(child);
  }
}

/** A figure that the job must have answered. Throws an Error when it is not there. */
export function figureOf(answer: Answer, name: string): number {
  const value = answer[name];
  if (typeof value !== 'number') throw new Error(`the client did not answer ${name}`);
  return value;
}
