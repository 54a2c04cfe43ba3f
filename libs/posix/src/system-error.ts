import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';

/** What an error is about, beside its code. */
export interface SystemErrorDetails {
  readonly path?: string | undefined;
  /** The second path of calls with two. */
  readonly dest?: string | undefined;
  readonly cause?: unknown;
}

const byCode = new Map<string, { readonly errno: number; readonly text: string }>();
for (const [errno, [code, text]] of getSystemErrorMap()) byCode.set(code, { errno, text });

const codeByErrno = new Map<number, string>();
for (const [code, errno] of Object.entries(constants.errno)) {
  // Some numbers have two names (EAGAIN, EWOULDBLOCK): the one Node's own errors use wins.
  if (!codeByErrno.has(errno) || byCode.has(code)) codeByErrno.set(errno, code);
}

/**
 * A call of the operating system failed. Looks as Node's own errors do: `code` (`ENOENT`), `errno` (negative),
 * `syscall`, `path`, `dest`, and a message made of them.
 */
export class SystemError extends Error {
  override readonly name = 'SystemError';
  readonly code: string;
  readonly errno: number | undefined;
  readonly syscall: string;
  readonly path: string | undefined;
  readonly dest: string | undefined;

  /** @param code The symbolic name, such as `ENOENT`. */
  constructor(code: string, syscall: string, details: SystemErrorDetails = {}) {
    const known = byCode.get(code);
    const about = details.path === undefined ? '' : ` '${details.path}'`;
    const to = details.dest === undefined ? '' : ` -> '${details.dest}'`;
    super(
      `${code}: ${known?.text ?? 'unknown error'}, ${syscall}${about}${to}`,
      details.cause === undefined ? {} : { cause: details.cause },
    );
    this.code = code;
    this.errno = known?.errno ?? negated(constants.errno, code);
    this.syscall = syscall;
    this.path = details.path;
    this.dest = details.dest;
  }

  /** @param errno The positive number the C library left in `errno`. */
  static fromErrno(errno: number, syscall: string, details: SystemErrorDetails = {}): SystemError {
    return new SystemError(codeByErrno.get(errno) ?? `E${errno}`, syscall, details);
  }
}

/** Codes that Node has no words for keep the kernel's number. */
function negated(numbers: Readonly<Record<string, number>>, code: string): number | undefined {
  const errno = numbers[code];
  return errno === undefined ? undefined : -errno;
}

/** Whether an error of this class or of Node has the code. */
export function isSystemCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
