import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { NamespacedProcess } from '@pure-ftpd/peers';
import { untilTrue } from '@pure-ftpd/testing';
import { etcFolder } from './etc.ts';

export interface Outcome {
  readonly status: number | null;
  /** Bytes as latin1. */
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly input?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** Goes to a folder (its first argument) and becomes the program in the rest. */
const IN_FOLDER = 'cd "$1" && shift && exec "$@"';

/** Says that it is set up, then waits for the end. */
const STAY =
  'test -d /run/pure-ftpd && mount -t tmpfs -o mode=755 tmpfs /srv && mkdir -p /srv/ftp && echo up && exec sleep infinity';

/** A place with /etc, /run and /srv of its own, in which programs are run one by one. Needs root. */
export class PrivateMachine implements AsyncDisposable {
  readonly #process: NamespacedProcess;
  readonly #etc: Disposable;

  private constructor(process: NamespacedProcess, etc: Disposable) {
    this.#process = process;
    this.#etc = etc;
  }

  /** @param etcFiles further files of /etc, see etcFolder */
  static async start(etcFiles: Readonly<Record<string, string>> = {}): Promise<PrivateMachine> {
    const etc = etcFolder(etcFiles);
    const process = new NamespacedProcess(['sh', '-c', STAY], { etcDir: etc.path });
    const machine = new PrivateMachine(process, etc);
    try {
      await untilTrue('the namespace is set up', () => process.output.includes('up\n'));
    } catch (error) {
      await machine[Symbol.asyncDispose]();
      throw new Error(`no private machine: ${process.output}`, { cause: error });
    }
    return machine;
  }

  /** Runs a program to its end. Its environment holds what is given here and little else. */
  async run(command: readonly string[], options: RunOptions): Promise<Outcome> {
    const [file, ...args] = this.#process.inside('sh', '-c', IN_FOLDER, 'sh', options.cwd, ...command);
    const env = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC', ...options.env };
    const child = spawn(file, args, { env, stdio: 'pipe' });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('latin1').on('data', (text: string) => void (output.stdout += text));
    child.stderr.setEncoding('latin1').on('data', (text: string) => void (output.stderr += text));
    child.stdin.on('error', () => {}); // a program need not read what it is given
    child.stdin.end(options.input ?? '', 'latin1');
    await once(child, 'close');
    return { status: child.exitCode, ...output };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stop();
    this.#etc[Symbol.dispose]();
  }
}
