import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';

import { freePort, peerPath, tempFolder, type TempFolder } from '@pure-ftpd/peers';
import { endWithThisProcess, untilTrue } from '@pure-ftpd/testing';

/** Redis, on a port of the loopback. `await using` ends it. */
export class Redis implements AsyncDisposable {
  readonly port: number;
  readonly #folder: TempFolder;
  readonly #args: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(port: number, folder: TempFolder, args: readonly string[]) {
    this.port = port;
    this.#folder = folder;
    this.#args = args;
  }

  /** Starts it. @param args More settings. */
  static async start(...args: readonly string[]): Promise<Redis> {
    const redis = new Redis(await freePort(), tempFolder(), args);
    try {
      await redis.start();
      return redis;
    } catch (error) {
      await redis[Symbol.asyncDispose]();
      throw error;
    }
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it, without what it had. */
  async start(): Promise<void> {
    const program = peerPath('redis-server');
    // Libraries that were unpacked with it.
    const libraries = join(dirname(program), '..', 'lib', `${process.arch === 'x64' ? 'x86_64' : 'aarch64'}-linux-gnu`);
    const child = spawn(
      program,
      ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#folder.path, '--save', '', ...this.#args],
      {
        // It is several programs, by its name.
        argv0: 'redis-server',
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, LD_LIBRARY_PATH: libraries },
      },
    );
    this.#process = child;
    endWithThisProcess(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => void (output += text));
    await untilTrue('redis listens', () => {
      if (child.exitCode !== null) throw new Error(`redis ended: ${output}`);
      return accepts(this.port);
    });
  }

  /** Ends it. */
  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    this.#folder.remove();
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
