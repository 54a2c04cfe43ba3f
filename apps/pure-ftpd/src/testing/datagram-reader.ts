import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** Node has no datagram sockets of the unix family. Reads nothing before it is told to. */
const PROGRAM = `
import socket, sys
log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
log.bind(sys.argv[1])
print('bound', flush=True)
sys.stdin.readline()
while True:
    print(log.recv(65536).hex(), flush=True)
`;

/** Whether there is what a reader needs. */
export const hasDatagramReader = spawnSync('python3', ['-c', '']).status === 0;

/** Listens at a path, as a syslog daemon does. */
export class DatagramReader implements AsyncDisposable {
  readonly #process: ChildProcessWithoutNullStreams;
  #output = '';

  private constructor(process: ChildProcessWithoutNullStreams) {
    this.#process = process;
    process.stdout.setEncoding('latin1').on('data', (text: string) => void (this.#output += text));
  }

  static async listen(path: string): Promise<DatagramReader> {
    const child = spawn('python3', ['-c', PROGRAM, path]);
    const reader = new DatagramReader(child);
    await once(child.stdout, 'data');
    return reader;
  }

  /** From now on it reads. */
  read(): void {
    this.#process.stdin.write('\n');
  }

  /** What it has read, as latin1. */
  get datagrams(): string[] {
    const lines = this.#output.split('\n').slice(1, -1);
    return lines.map((line) => Buffer.from(line, 'hex').toString('latin1'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#process, 'close');
    this.#process.kill();
    await ended;
  }
}
