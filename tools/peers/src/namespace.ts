import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';

/** Mounts a fresh /run, lays the folder in $ETC over /etc, and becomes the program in its arguments. */
const SET_UP = `
set -e
mount -t tmpfs -o mode=755 tmpfs /run
mkdir /run/pure-ftpd
if [ -n "$ETC" ]; then mount -t overlay overlay -o "lowerdir=$ETC:/etc" /etc; fi
unset ETC
exec "$@"
`;

export interface NamespaceOptions {
  /** A folder whose files hide those of the same name in /etc, for the program only: `passwd`, `pure-ftpd/...` */
  readonly etcDir?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

const DIES_WITH_US = ['--pdeathsig', 'KILL', '--'];
const NAMESPACES = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];

/** How long a program may take to end after SIGTERM before it is killed, in milliseconds. */
const GRACE = 3000;

/**
 * A program that runs as root in mount and process namespaces of its own: what it writes below /run, and what it forks, cannot
 * be seen or met by the machine or by another test, and everything it started ends with it.
 */
export class NamespacedProcess {
  readonly #unshare: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #killAtExit: () => void;
  #output = '';

  constructor(command: readonly string[], options: NamespaceOptions = {}) {
    this.#unshare = spawn(
      // A test process that is killed cannot clean up: the kernel does.
      'setpriv',
      [...DIES_WITH_US, ...NAMESPACES, 'sh', '-c', SET_UP, 'sh', ...command],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...options.env, ETC: options.etcDir ?? '' },
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      },
    );
    for (const stream of [this.#unshare.stdout, this.#unshare.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => void (this.#output += text));
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#unshare.on('error', reject).on('close', () => resolve());
    this.#ended = promise;
    // Who awaits `ended` sees the error; nobody has to.
    promise.catch(() => {});
    this.#killAtExit = (): void => this.#kill();
    process.once('exit', this.#killAtExit);
  }

  /** What it wrote on standard output and standard error so far. */
  get output(): string {
    return this.#output;
  }

  /** Resolves when the program and everything it started are gone. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** The program's process id as the machine sees it; inside its namespace it is 1. Undefined when it has ended. */
  get pid(): number | undefined {
    const parent = this.#unshare.pid;
    if (parent === undefined || this.#unshare.exitCode !== null || this.#unshare.signalCode !== null) return undefined;
    const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8');
    const child = Number.parseInt(children, 10);
    return Number.isNaN(child) ? undefined : child;
  }

  /** The command line that runs a program inside: it sees the same /run, /etc and process ids. */
  inside(...command: readonly string[]): [file: string, ...args: string[]] {
    const { pid } = this;
    if (pid === undefined) throw new Error('the program has ended');
    return ['nsenter', '--target', String(pid), '--mount', '--pid', '--', ...command];
  }

  /** Ends it, politely first, and waits until everything it started is gone. Does nothing when it has ended. */
  async stop(): Promise<void> {
    const { pid } = this;
    if (pid !== undefined) process.kill(pid, 'SIGTERM');
    const timer = setTimeout(() => this.#kill(), GRACE);
    if (this.#unshare.exitCode === null && this.#unshare.signalCode === null) await once(this.#unshare, 'exit');
    clearTimeout(timer);
    await this.#ended;
    process.off('exit', this.#killAtExit);
  }

  /**
   * Ends the program itself: when it has changed its user, the kernel no longer ends it with `unshare`. What it started ends with
   * it, and then `unshare` does.
   */
  #kill(): void {
    const { pid } = this;
    if (pid === undefined) this.#unshare.kill('SIGKILL');
    else process.kill(pid, 'SIGKILL');
  }
}
