import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { NamespacedProcess } from '@pure-ftpd/peers';
import { untilTrue } from '@pure-ftpd/testing';
import { etcFolder } from './etc.ts';
import type { Side } from './programs.ts';
import { type Attempt, daemonCommand, type DaemonOptions, type LoginResult } from './servers.ts';

/** The addresses of the samples, all on the loopback of a network of its own; then becomes the program in the arguments. */
const SET_UP = `
set -e
ip link set lo up
for address in 192.0.2.10/32 192.0.2.77/32; do ip address add $address dev lo; done
for address in 2001:db8::10/128 2001:db8::77/128; do ip -6 address add $address dev lo nodad; done
echo network up
exec "$@"
`;

export const FTP_PORT = 2121;

/** A daemon that listens on 192.0.2.10 and 2001:db8::10 of a network which nobody else can reach. */
export class IsolatedDaemon implements AsyncDisposable {
  readonly #process: NamespacedProcess;
  readonly #etc: Disposable;

  private constructor(process: NamespacedProcess, etc: Disposable) {
    this.#process = process;
    this.#etc = etc;
  }

  /** Starts the daemon of a side; the first logins wait until it listens. Needs root. */
  static async start(side: Side, options: DaemonOptions): Promise<IsolatedDaemon> {
    const etc = etcFolder();
    const command = daemonCommand(side, `,${FTP_PORT}`, options);
    const process = new NamespacedProcess(['unshare', '--net', 'sh', '-c', SET_UP, 'sh', ...command], {
      etcDir: etc.path,
      env: { TZ: options.timeZone ?? 'UTC' },
    });
    const daemon = new IsolatedDaemon(process, etc);
    try {
      // Before that, its process is still in the network of the machine.
      await untilTrue('the network is set up', () => process.output.includes('network up\n'));
    } catch (error) {
      await daemon[Symbol.asyncDispose]();
      throw new Error(`no isolated daemon: ${process.output}`, { cause: error });
    }
    return daemon;
  }

  /** Whether it still runs. */
  get alive(): boolean {
    return this.#process.pid !== undefined;
  }

  /** What it printed. */
  get output(): string {
    return this.#process.output;
  }

  /** Tries all of these, some at once, from inside its network. Throws an Error when the daemon does not come up. */
  async logIn(attempts: readonly Attempt[]): Promise<LoginResult[]> {
    const { pid } = this.#process;
    if (pid === undefined) throw new Error(`the daemon ended: ${this.output}`);
    const client = join(import.meta.dirname, 'private-network-client.ts');
    const args = ['--target', String(pid), '--net', '--', process.execPath, client, String(FTP_PORT)];
    const child = spawn('nsenter', args, { stdio: ['pipe', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => void (output += text));
    child.stdin.end(JSON.stringify(attempts));
    await once(child, 'close');
    const results: unknown = child.exitCode === 0 ? JSON.parse(output) : undefined;
    if (!Array.isArray(results) || results.length !== attempts.length)
      throw new Error(`logging in failed: ${output}${this.output}`);
    return results.map((result) => (typeof result === 'number' ? result : 'closed'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stop();
    this.#etc[Symbol.dispose]();
  }
}
