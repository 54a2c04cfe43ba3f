import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';

/** How often the peak memory of a program is looked at, in milliseconds: what it takes in its last moments may be missed. */
const WATCH_EVERY = 2;

/** Clock ticks in a second, as /proc counts them: the same on every Linux that Node runs on. */
const TICKS = 100;

function peakKibibytes(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0; // it has just ended
  }
}

export interface Run {
  readonly seconds: number;
  /** The most memory it had, in MiB; undefined unless it was asked for. */
  readonly peak: number | undefined;
}

/** Runs a program to its end. Throws an Error when it fails. */
export async function timeProgram(
  command: readonly string[],
  options: { readonly watchMemory?: boolean } = {},
): Promise<Run> {
  const [file = '', ...args] = command;
  const started = process.hrtime.bigint();
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (errors += text));
  let peak = 0;
  const { pid } = child;
  const look = (): void => void (pid !== undefined && (peak = Math.max(peak, peakKibibytes(pid))));
  const timer = options.watchMemory === true ? setInterval(look, WATCH_EVERY) : undefined;
  try {
    await once(child, 'exit');
  } finally {
    clearInterval(timer);
  }
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  if (child.exitCode !== 0) throw new Error(`${command.join(' ')}: status ${child.exitCode}: ${errors.trim()}`);
  return { seconds, peak: options.watchMemory === true ? peak / 1024 : undefined };
}

function statOf(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The second field is a name in parentheses, which may hold anything.
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean).map(Number);
}

function sum(values: readonly (string | undefined)[]): number {
  return values.reduce((total, value) => total + Number(value), 0);
}

/** Nanoseconds on a processor of the threads that are there. */
function threadTime(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  return sum(threads.map((thread) => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')[0]));
}

/**
 * Processor time in seconds that a process, its descendants, and those that have ended used. Ticks alone would hide the
 * processes that live for less than one; threads alone those that have ended.
 */
export function cpuSeconds(pid: number): number {
  try {
    // utime, stime, cutime, cstime: fields 14 to 17 of the file.
    const ticks = statOf(pid).slice(11, 15);
    const own = Math.max(sum(ticks.slice(0, 2)) / TICKS, threadTime(pid) / 1e9);
    return own + sum(ticks.slice(2)) / TICKS + childrenOf(pid).reduce((total, child) => total + cpuSeconds(child), 0);
  } catch {
    return 0; // it ended between the two looks; its time is its parent's then
  }
}

/** The sum of the lines of a file in /proc that have these names, in KiB. */
function kibibytes(file: string, names: string): number {
  const lines = readFileSync(file, 'latin1').matchAll(new RegExp(`^(?:${names}):\\s+(\\d+)`, 'gm'));
  return sum(Array.from(lines, ([, value]) => value));
}

function familyOf(pid: number): number[] {
  try {
    return [pid, ...childrenOf(pid).flatMap(familyOf)];
  } catch {
    return []; // it has just ended
  }
}

/**
 * Memory in KiB of a process and its descendants. What they share is counted once; that others, like the client, have the same
 * libraries open makes no difference.
 */
export function memoryOf(pid: number): number {
  let own = 0;
  let files = 0;
  for (const member of familyOf(pid)) {
    try {
      own += kibibytes(`/proc/${member}/smaps_rollup`, 'Pss_Anon|Pss_Shmem');
      files = Math.max(files, kibibytes(`/proc/${member}/status`, 'RssFile'));
    } catch {
      // it has just ended
    }
  }
  return own + files;
}

/** How often the memory of a server is looked at while it is at work, in milliseconds. */
const LOOK_EVERY = 25;

/** The most memory in MiB that a process and its descendants have together from now on until it is disposed. */
export class PeakMemory implements Disposable {
  readonly #pid: number;
  readonly #timer: NodeJS.Timeout;
  #peak = 0;

  constructor(pid: number) {
    this.#pid = pid;
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY);
  }

  get mebibytes(): number {
    this.#look();
    return this.#peak / 1024;
  }

  #look(): void {
    this.#peak = Math.max(this.#peak, memoryOf(this.#pid));
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
