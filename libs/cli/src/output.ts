import { writeSync } from 'node:fs';

/** The exit status of a program ended by SIGPIPE, as a shell shows it. */
const BROKEN_PIPE = 141;

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/**
 * Writes all of `data` to a descriptor before it returns, so that the order on standard output and standard error is
 * that of the calls and nothing is lost at exit. A descriptor that another program made non-blocking is waited for. A
 * reader that went away (`… | head`) ends the program quietly, as SIGPIPE ends a C program.
 *
 * @throws every other error of write(2), such as a full disk.
 */
export function writeAll(fd: number, data: Uint8Array): void {
  let at = 0;
  while (at < data.length) {
    try {
      at += writeSync(fd, data, at);
    } catch (error) {
      const code = errorCode(error);
      // A socket whose reader left something unread says that it was reset.
      if (code === 'EPIPE' || code === 'ECONNRESET') {
        process.exit(BROKEN_PIPE);
      }
      if (code !== 'EAGAIN') {
        throw error;
      }
      pause(1);
    }
  }
}

/** Ends the program with `program: message`, one line on standard error, and the status. */
export function fail(program: string, message: string, status: number): never {
  writeAll(2, Buffer.from(`${program}: ${message.replaceAll(/[\r\n]+/g, ' ')}\n`));
  process.exit(status);
}
