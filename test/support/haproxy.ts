import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { connect } from 'node:net';
import { writeFileSync } from 'node:fs';

import { peerPath, tempFolder, type TempFolder } from '@pure-ftpd/peers';
import { endWithThisProcess, untilTrue } from '@pure-ftpd/testing';

/** Where the balancer sends from, and where it finds the server: addresses of the loopback. */
export const BALANCER = '127.0.0.9';
export const BEHIND = '127.0.0.2';

/** One port of the balancer, or several, and what it does with who comes there. */
export interface Frontend {
  /** On 127.0.0.1: a port, or `FIRST-LAST`. */
  readonly bind: string;
  /** Of the server; the same ones unless told. */
  readonly port?: number;
  /** `send-proxy` (version 1), `send-proxy-v2`, with options of the latter. */
  readonly sends: string;
}

/** A running haproxy. `await using` ends it. */
export class Haproxy implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #folder: TempFolder;

  private constructor(process: ChildProcess, folder: TempFolder) {
    this.#process = process;
    this.#folder = folder;
  }

  /** Starts it, and waits until it accepts at the first of these. Throws an Error with what it says when it ends. */
  static async start(frontends: readonly Frontend[]): Promise<Haproxy> {
    const folder = tempFolder();
    const file = folder.file('haproxy.cfg');
    writeFileSync(file, configuration(frontends));
    const program = peerPath('haproxy');
    // Libraries that were unpacked with it.
    const libraries = join(dirname(program), '..', 'lib', `${process.arch === 'x64' ? 'x86_64' : 'aarch64'}-linux-gnu`);
    const child = spawn(program, ['-db', '-f', file], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LD_LIBRARY_PATH: libraries },
    });
    endWithThisProcess(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => void (output += text));
    const haproxy = new Haproxy(child, folder);
    try {
      await untilTrue('haproxy listens', () => {
        if (child.exitCode !== null) throw new Error(`haproxy ended: ${output}`);
        return accepts(Number.parseInt(frontends[0]?.bind ?? '', 10));
      });
      return haproxy;
    } catch (error) {
      await haproxy[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const ended = once(this.#process, 'exit');
      this.#process.kill('SIGKILL');
      await ended;
    }
    this.#folder.remove();
  }
}

function configuration(frontends: readonly Frontend[]): string {
  const listens = frontends.map(({ bind, port, sends }, index) =>
    [
      `listen ftp${index}`,
      `  bind 127.0.0.1:${bind}`,
      `  source ${BALANCER}`,
      `  server s ${BEHIND}${port === undefined ? '' : `:${port}`} ${sends}`,
    ].join('\n'),
  );
  return [
    'global\n  maxconn 2000',
    'defaults\n  mode tcp\n  timeout connect 5s\n  timeout client 1h\n  timeout server 1h',
    ...listens,
    '',
  ].join('\n');
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false; // nobody listens yet
  } finally {
    socket.destroy();
  }
}
