import { constants, type PathLike } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { encodeName, printableName } from '@pure-ftpd/protocol';
import { PasswdFileError, systemCode } from './errors.ts';
import { withLock } from './lock.ts';
import type { UserRecord } from './record.ts';
import { syncFolder } from './sync-folder.ts';
import { LineSplitter, MAX_LINE, startsWith } from './text-lines.ts';
import { formatTextLine, isPlainUser, parseTextLine, type TextLine } from './text-record.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

const CHUNK_SIZE = 256 * 1024;

const COLON = 0x3a;
const NEWLINE = Buffer.from('\n');

/** Lines that are appended in one write. */
const LINES_AT_ONCE = 1000;

/** How edits of a text file behave. */
export interface PasswdFileOptions {
  /** How long an edit waits for another one of ours, in milliseconds (30,000). */
  readonly lockWait?: number;
}

/** What the file has of a login. */
export interface CurrentUser {
  /** Its first valid line. */
  readonly record: UserRecord | undefined;
  /** How many lines start with `<login>:`, valid or not. */
  readonly lines: number;
}

type LineTest = (bytes: Buffer, start: number, end: number) => boolean;

/** The login, of those that are edited, whose line `bytes[start..end)` is. */
type LoginOf = (bytes: Buffer, start: number, end: number) => string | undefined;

/** What an edit makes of what the file has of a login: a record, or `undefined` for none. */
type Decide = (current: CurrentUser, login: string) => UserRecord | undefined;

/** What the file has of a login that is edited, while it is read. */
type Found = { -readonly [Key in keyof CurrentUser]: CurrentUser[Key] };

/** A line that is not skipped. */
export type PasswdEntry = Exclude<TextLine, { readonly kind: 'skipped' }>;

/**
 * The text file of the virtual users (`pureftpd.passwd`) [spec puredb.md §1, pure-pw.md §3]. Nothing is kept in memory:
 * every call reads the file as it is.
 */
export class PasswdFile {
  readonly path: string;
  readonly #lockWait: number;

  constructor(path: string, options: PasswdFileOptions = {}) {
    this.path = path;
    this.#lockWait = options.lockWait ?? 30_000;
  }

  /**
   * The users and the invalid lines, in the order of the file.
   * @throws {PasswdFileError} `unreadable`.
   */
  async *entries(): AsyncGenerator<PasswdEntry, void, undefined> {
    for await (const batch of this.#batches()) yield* batch;
  }

  /**
   * The first valid line of a login; `onInvalid` hears of the invalid lines before it.
   * @throws {PasswdFileError} `unreadable`.
   */
  async find(login: string, onInvalid?: (login: string) => void): Promise<UserRecord | undefined> {
    const prefix = encodeName(`${login}:`);
    const isOther: LineTest = (bytes, start, end) =>
      isPlainUser(bytes, start, end) && !startsWith(bytes, start, end, prefix);
    for await (const batch of this.#batches(isOther)) {
      for (const entry of batch) {
        if (entry.kind === 'invalid') onInvalid?.(entry.login);
        else if (entry.record.login === login) return entry.record;
      }
    }
    return undefined;
  }

  /**
   * Appends a user. A missing file is made.
   * @throws {PasswdFileError} `exists`, and what `edit` throws.
   */
  async add(record: UserRecord): Promise<void> {
    await this.edit(record.login, (current) => {
      if (current.lines > 0) throw new PasswdFileError('EXISTS', this.#about(record.login, 'exists already'));
      return record;
    });
  }

  /**
   * Changes a user, whose line moves to the end of the file.
   * @throws {PasswdFileError} `absent` when there is no valid line, and what `edit` throws.
   */
  async modify(login: string, change: (record: UserRecord) => UserRecord): Promise<void> {
    await this.edit(login, ({ record }) => {
      if (record === undefined) throw new PasswdFileError('ABSENT', this.#about(login, 'is not there'));
      return change(record);
    });
  }

  /**
   * Removes every line of a login.
   * @throws {PasswdFileError} `absent`, and what `edit` throws.
   */
  async remove(login: string): Promise<void> {
    await this.edit(login, ({ lines }) => {
      if (lines === 0) throw new PasswdFileError('ABSENT', this.#about(login, 'is not there'));
      return undefined;
    });
  }

  /**
   * Drops every line of `login`, then appends the record that `decide` returns, if any; all other lines stay as they are,
   * to the byte. The new content is written beside the file, brought to the disk and renamed, with mode 0600; a symlink is
   * replaced by a file. When `decide` throws, or anything fails, the file stays as it was.
   *
   * No other editor works meanwhile: those of this package wait for each other, the C tools are shut out by `<file>.tmp`
   * as they are by each other.
   *
   * @throws {PasswdFileError} `locked`, `unreadable`, `unwritable`, `invalidRecord`; and what `decide` throws.
   */
  async edit(login: string, decide: Decide): Promise<void> {
    await this.#edit([login], oneLogin(login), decide);
  }

  /**
   * The same for many logins at once: their lines are appended in the order of `logins`.
   * @param whileLocked Runs when the file is changed, before the next editor of this package has its turn: for what is made of it.
   */
  async editMany(logins: readonly string[], decide: Decide, whileLocked?: () => Promise<void>): Promise<void> {
    await this.#edit(logins, manyLogins(logins), decide, whileLocked);
  }

  async #edit(
    logins: readonly string[],
    loginOf: LoginOf,
    decide: Decide,
    whileLocked?: () => Promise<void>,
  ): Promise<void> {
    await withLock(this.path, this.#lockWait, async () => {
      const temporary = `${this.path}.tmp`;
      const copy = await this.#createTemporary(temporary);
      try {
        try {
          await this.#writing(() => copy.chmod(0o600));
          await this.#copyWithout(logins, loginOf, copy, decide);
          await this.#writing(() => copy.sync());
        } finally {
          await copy.close();
        }
        await this.#writing(() => rename(temporary, this.path));
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
      syncFolder(dirname(this.path));
      await whileLocked?.();
    });
  }

  async #copyWithout(logins: readonly string[], loginOf: LoginOf, copy: FileHandle, decide: Decide): Promise<void> {
    // What a piece of the file adds to the copy is never more than the piece and a line begun before.
    const kept = Buffer.allocUnsafeSlow(CHUNK_SIZE + MAX_LINE);
    let length = 0;
    let endsWithNewline = true;
    const dropped = new Map<string, Found>();
    const lines = new LineSplitter((bytes, start, end) => {
      const login = loginOf(bytes, start, end);
      if (login === undefined) {
        length += bytes.copy(kept, length, start, end);
        endsWithNewline = bytes[end - 1] === 0x0a;
        return;
      }
      const found = dropped.get(login) ?? { record: undefined, lines: 0 };
      dropped.set(login, found);
      found.lines += 1;
      const line = parseTextLine(bytes.subarray(start, end));
      if (line.kind === 'user') found.record ??= line.record;
    });
    const flush = async (): Promise<void> => {
      const size = length;
      length = 0;
      await this.#writing(() => writeAll(copy, kept.subarray(0, size)));
    };
    const source = await this.#openSource();
    if (source !== undefined) {
      try {
        for await (const chunk of this.#chunks(source)) {
          lines.push(chunk);
          await flush();
        }
      } finally {
        await source.close();
      }
    }
    lines.end();
    await flush();
    let pending: Buffer[] = [];
    const append = async (): Promise<void> => {
      const bytes = Buffer.concat(pending);
      pending = [];
      await this.#writing(() => writeAll(copy, bytes));
    };
    for (const login of logins) {
      const line = this.#lineOf(login, decide(dropped.get(login) ?? { record: undefined, lines: 0 }, login));
      if (line === undefined) continue;
      if (!endsWithNewline) pending.push(NEWLINE);
      endsWithNewline = true;
      pending.push(line);
      if (pending.length >= LINES_AT_ONCE) await append();
    }
    await append();
  }

  #lineOf(login: string, record: UserRecord | undefined): Buffer | undefined {
    if (record === undefined) return undefined;
    if (record.login === login) return formatTextLine(record);
    throw new PasswdFileError('INVALID_RECORD', this.#about(login, `cannot become ${printableName(record.login)}`));
  }

  /** The exclusive creation of this file is the lock of the C tools. */
  async #createTemporary(path: PathLike): Promise<FileHandle> {
    try {
      return await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    } catch (cause) {
      if (systemCode(cause) !== 'EEXIST') throw this.#failed('UNWRITABLE', 'changed', cause);
      const message = `${this.path}: ${this.path}.tmp exists: another tool is editing, or has died`;
      throw new PasswdFileError('LOCKED', message, { cause });
    }
  }

  async #openSource(): Promise<FileHandle | undefined> {
    try {
      return await open(this.path, 'r');
    } catch (cause) {
      if (systemCode(cause) === 'ENOENT') return undefined;
      throw this.#failed('UNREADABLE', 'read', cause);
    }
  }

  /** The entries of the file but those to skip, a piece of the file at a time. */
  async *#batches(skip?: LineTest): AsyncGenerator<readonly PasswdEntry[], void, undefined> {
    await using file = await this.#reading(() => open(this.path, 'r'));
    let batch: PasswdEntry[] = [];
    const lines = new LineSplitter((bytes, start, end) => {
      if (skip?.(bytes, start, end) === true) return;
      const line = parseTextLine(bytes.subarray(start, end));
      if (line.kind !== 'skipped') batch.push(line);
    });
    for await (const chunk of this.#chunks(file)) {
      lines.push(chunk);
      yield batch;
      batch = [];
    }
    lines.end();
    yield batch;
  }

  /** The content, in pieces that share one buffer. */
  async *#chunks(file: FileHandle): AsyncGenerator<Buffer, void, undefined> {
    const buffer = Buffer.allocUnsafeSlow(CHUNK_SIZE);
    for (;;) {
      const { bytesRead } = await this.#reading(() => file.read(buffer, 0, CHUNK_SIZE, null));
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  }

  async #reading<Result>(read: () => Promise<Result>): Promise<Result> {
    try {
      return await read();
    } catch (cause) {
      throw this.#failed('UNREADABLE', 'read', cause);
    }
  }

  async #writing(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (cause) {
      throw this.#failed('UNWRITABLE', 'changed', cause);
    }
  }

  #failed(code: 'UNREADABLE' | 'UNWRITABLE', what: string, cause: unknown): PasswdFileError {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new PasswdFileError(code, `${this.path}: cannot be ${what}: ${reason}`, { cause });
  }

  #about(login: string, what: string): string {
    return `${this.path}: user ${printableName(login)} ${what}`;
  }
}

/** Lines of one login: most lines are passed by after a byte or two. */
function oneLogin(login: string): LoginOf {
  if (!canBeStored(login)) return () => undefined;
  const prefix = encodeName(`${login}:`);
  return (bytes, start, end) => (startsWith(bytes, start, end, prefix) ? login : undefined);
}

/** Lines of many, by their bytes. */
function manyLogins(logins: readonly string[]): LoginOf {
  const byBytes = new Map(logins.filter(canBeStored).map((login) => [encodeName(login).toString('latin1'), login]));
  return (bytes, start, end) => {
    const line = bytes.subarray(start, end);
    const colon = line.indexOf(COLON);
    return colon === -1 ? undefined : byBytes.get(line.toString('latin1', 0, colon));
  };
}

/** Whether a line can begin with this login at all. */
function canBeStored(login: string): boolean {
  return login !== '' && !login.startsWith('#') && !/[:\r\n\0]/.test(login);
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten;
}
