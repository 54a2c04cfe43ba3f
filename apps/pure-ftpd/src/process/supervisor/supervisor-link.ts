// The connection of the server and its supervisor: lines. The supervisor passes signals on, by their names; the server says what
// its service manager should hear, and when the supervisor may go.
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';

/** Names the descriptor at which a server finds its supervisor. */
export const SUPERVISOR_VARIABLE = 'PURE_FTPD_SUPERVISOR';

/** The supervisor may go. */
export const LEAVE = 'leave';

/** Longest line: both ends are ours. */
const MAX_LINE = 1024;

/** Calls for each line that comes. */
export function lineReader(stream: Readable, take: (line: string) => void): void {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (text + chunk).split('\n');
    text = (lines.pop() ?? '').slice(0, MAX_LINE);
    for (const line of lines) take(line);
  });
}

/** The supervisor, as the server has it. */
export class SupervisorLink {
  /** Its process id: that of the PID file. */
  readonly pid = process.ppid;
  /** When it ends, all of the container do. */
  readonly isInit = this.pid === 1;
  readonly #socket: Socket;

  private constructor(descriptor: number) {
    this.#socket = new Socket({ fd: descriptor, readable: true, writable: true });
    // What is sent to a supervisor that was killed.
    this.#socket.on('error', () => undefined).unref();
  }

  /** The supervisor that has started this process; undefined when none has. Asked once. */
  static find(): SupervisorLink | undefined {
    const descriptor = Number(process.env[SUPERVISOR_VARIABLE]);
    delete process.env[SUPERVISOR_VARIABLE];
    if (!Number.isInteger(descriptor) || descriptor < 3) return undefined;
    if (process.env['LISTEN_FDS'] !== undefined) process.env['LISTEN_PID'] = String(process.pid);
    // Only the supervisor is heard by the service manager.
    delete process.env['NOTIFY_SOCKET'];
    return new SupervisorLink(descriptor);
  }

  /** Calls for each signal that it got, and when it is gone without one. */
  listen(signalled: (reason: string) => void): void {
    lineReader(this.#socket, signalled);
    this.#socket.once('close', () => signalled('the process of the PID file is gone'));
  }

  /** Has it tell the service manager. */
  notify(line: string): void {
    this.#socket.write(`${line}\n`);
  }

  /** Lets it go: nobody listens any more. */
  leave(): void {
    this.#socket.write(`${LEAVE}\n`);
  }
}
