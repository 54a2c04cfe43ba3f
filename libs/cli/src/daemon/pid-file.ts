import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';

/** What the kernel keeps of the name of a process. */
const NAME_BYTES = 15;
const OTHERS_MAY_WRITE = 0o022;

/** The file that says which process serves. */
export class PidFile {
  readonly #path: string;
  readonly #descriptor: number;
  readonly #content: string;

  private constructor(path: string, descriptor: number, content: string) {
    this.#path = path;
    this.#descriptor = descriptor;
    this.#content = content;
  }

  /**
   * The process that a file names, if there is one of that name; not this one. Only a file that nobody else may write is believed.
   * @param program As `nameProcess` has named it, and as the kernel names programs by themselves.
   */
  static holder(path: string, program: string): number | undefined {
    try {
      const { uid, mode } = lstatSync(path);
      if (uid !== process.geteuid?.() || (mode & OTHERS_MAY_WRITE) !== 0) return undefined;
      const pid = Number(readFileSync(path, 'utf8'));
      if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid) return undefined;
      const name = readFileSync(`/proc/${pid}/comm`, 'utf8').trimEnd();
      return name === program.slice(0, NAME_BYTES) ? pid : undefined;
    } catch {
      // No such file, or no such process.
      return undefined;
    }
  }

  /**
   * Writes the file, instead of one that is there: whoever wrote that has lost its sockets to us, or uses others. It takes its
   * place in one step, with its content: nobody finds it empty or missing. Call it when the sockets are bound, never before.
   * @param pid The process that is to be signalled; this one unless told.
   * @throws NodeJS.ErrnoException
   */
  static write(path: string, pid: number = process.pid): PidFile {
    // Made anew under a name that nobody can guess, so that no link is followed.
    const beside = `${path}.${randomBytes(8).toString('hex')}`;
    const descriptor = openSync(beside, 'wx', 0o644);
    try {
      const content = `${pid}\n`;
      writeSync(descriptor, content);
      renameSync(beside, path);
      return new PidFile(path, descriptor, content);
    } catch (error) {
      closeSync(descriptor);
      removeIfThere(beside);
      throw error;
    }
  }

  /**
   * Removes the file if it is still ours. Where the process has given up the right to, it is emptied instead, so that
   * nobody signals a stranger. Call it once.
   * @throws NodeJS.ErrnoException
   */
  remove(): void {
    try {
      if (this.#isOurs()) removeIfThere(this.#path);
    } catch (error) {
      if (!hasCode(error, 'EACCES') && !hasCode(error, 'EPERM')) throw error;
      ftruncateSync(this.#descriptor, 0);
    } finally {
      closeSync(this.#descriptor);
    }
  }

  /** Whether the path still leads to the file that was written, and nobody has written into it. */
  #isOurs(): boolean {
    try {
      const { dev, ino } = fstatSync(this.#descriptor);
      const found = lstatSync(this.#path);
      return found.dev === dev && found.ino === ino && readFileSync(this.#path, 'utf8') === this.#content;
    } catch {
      // Gone, or replaced by what we may not read: in either case not ours any more.
      return false;
    }
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
