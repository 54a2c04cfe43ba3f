import { open, type FileHandle } from 'node:fs/promises';
import { PureDBWriter, type PureDBWriterOptions } from './database-writer.ts';
import { PasswdFileError, PureDBError } from './errors.ts';
import { LineSplitter, visibleEnd } from './text-lines.ts';

/** How to build a database from a text file. */
export interface BuildOptions extends PureDBWriterOptions {
  /** Told after each piece: bytes of the text file read so far, and its size (0 for what is no regular file). */
  readonly onProgress?: (done: number, total: number) => void;
  /** Gives up; nothing is left behind. */
  readonly signal?: AbortSignal;
}

const CHUNK_SIZE = 1024 * 1024;
const HASH_SIGN = 0x23;
const COLON = 0x3a;

/**
 * Builds the database of a text file, as `pure-pw mkdb` does: a line becomes a record when it does not start with `#`,
 * has a colon, and a byte after it; nothing else is looked at [spec puredb.md §1.4]. The database appears at once or not
 * at all. Resolves to the number of records.
 *
 * @throws {PasswdFileError} `unreadable`: the text file.
 * @throws {PureDBError} `unwritable`, `tooLarge`, `aborted`: the database.
 */
export async function buildDatabase(
  textPath: string,
  databasePath: string,
  options: BuildOptions = {},
): Promise<{ readonly records: number }> {
  await using text = await openText(textPath);
  using writer = PureDBWriter.create(databasePath, options);
  const total = await reading(textPath, async () => {
    const status = await text.stat();
    return status.isFile() ? status.size : 0;
  });

  // Lines are searched for CR and NUL only from the first piece that has one: most files have none.
  let plain = true;
  const lines = new LineSplitter((bytes, start, end) => {
    addLine(writer, bytes, start, plain ? withoutNewline(bytes, end) : visibleEnd(bytes, start, end));
  });
  const buffer = Buffer.allocUnsafeSlow(CHUNK_SIZE);
  let done = 0;
  for (;;) {
    if (options.signal?.aborted === true) {
      throw new PureDBError('ABORTED', `${databasePath}: given up`, { cause: options.signal.reason });
    }
    const { bytesRead } = await reading(textPath, () => text.read(buffer, 0, CHUNK_SIZE, null));
    if (bytesRead === 0) break;
    const chunk = buffer.subarray(0, bytesRead);
    plain &&= !chunk.includes(0x0d) && !chunk.includes(0);
    lines.push(chunk);
    done += bytesRead;
    options.onProgress?.(done, total);
  }
  lines.end();
  writer.finish();
  return { records: writer.count };
}

function addLine(writer: PureDBWriter, bytes: Buffer, start: number, end: number): void {
  if (bytes[start] === HASH_SIGN) return;
  let colon = start;
  while (colon < end && bytes[colon] !== COLON) colon += 1;
  if (colon + 1 >= end) return;
  writer.addFrom(bytes, start, colon, colon + 1, end);
}

function withoutNewline(bytes: Buffer, end: number): number {
  return bytes[end - 1] === 0x0a ? end - 1 : end;
}

function openText(path: string): Promise<FileHandle> {
  return reading(path, () => open(path, 'r'));
}

async function reading<Result>(path: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new PasswdFileError('UNREADABLE', `${path}: cannot be read: ${what}`, { cause });
  }
}
