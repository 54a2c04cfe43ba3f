// A line of a file of the journal: a checksum, and JSON. What was cut short, or was never written, is no line.
import { readSync } from 'node:fs';
import { crc32 } from 'node:zlib';

/** Longer than any line: a path of 4095 bytes may be there twice, six characters for a byte. */
const CHUNK = 256 * 1024;
const NEWLINE = 0x0a;
const CHECKSUM = /^[0-9a-f]{8} $/;

/** The bytes of a line. */
export function encodeLine(value: object): Buffer {
  const json = Buffer.from(JSON.stringify(value));
  return Buffer.concat([Buffer.from(`${checksum(json)} `), json, Buffer.of(NEWLINE)]);
}

/** What a line says, without its end; undefined for what is none. */
export function decodeLine(line: Buffer): unknown {
  if (!CHECKSUM.test(line.toString('latin1', 0, 9))) return undefined;
  const json = line.subarray(9);
  if (checksum(json) !== line.toString('latin1', 0, 8)) return undefined;
  try {
    return JSON.parse(json.toString());
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A line of a file, without its end, and where the next one begins. */
export interface FoundLine {
  readonly line: Buffer;
  readonly next: number;
}

/** The lines of a file that are there in full, from some position on. What is longer than any line is passed over. */
export function* linesFrom(fd: number, position: number): Generator<FoundLine, void, void> {
  const chunk = Buffer.alloc(CHUNK);
  for (let at = position; ;) {
    const length = readSync(fd, chunk, 0, CHUNK, at);
    let start = 0;
    for (let end = find(chunk, start, length); end !== -1; end = find(chunk, start, length)) {
      yield { line: chunk.subarray(start, end), next: at + end + 1 };
      start = end + 1;
    }
    // A line that is cut by the end of the chunk is read again, with what follows it.
    if (length < CHUNK) return;
    at += start === 0 ? CHUNK : start;
  }
}

function find(chunk: Buffer, start: number, length: number): number {
  const end = chunk.indexOf(NEWLINE, start);
  return end < length ? end : -1;
}

function checksum(bytes: Buffer): string {
  return crc32(bytes).toString(16).padStart(8, '0');
}
