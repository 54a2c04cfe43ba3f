// How far a reader has come: two records in a file, written in turn, so that one of them is whole whenever the other is being written.
import { ftruncateSync, readSync, writeSync } from 'node:fs';

import { decodeLine, encodeLine } from './journal-line.ts';
import { isCount } from './upload-event.ts';

const RECORD = 256;

/** What the name of a reader may be. */
export const READER_NAME = /^[A-Za-z0-9._-]{1,64}$/;

/** A reader, as its file says. */
export interface ReaderPosition {
  readonly name: string;
  /** The sequence number of the first event that it has not done with. */
  readonly next: number;
}

interface Kept extends ReaderPosition {
  /** Counts up: of two records the later one holds. */
  readonly turn: number;
}

/** What the file of a reader says; undefined where it is nobody's. */
export function readPosition(fd: number): ReaderPosition | undefined {
  return readKept(fd);
}

/** Writes the position of one reader. */
export class PositionWriter {
  readonly #fd: number;
  readonly #name: string;
  #turn: number;

  constructor(fd: number, name: string) {
    this.#fd = fd;
    this.#name = name;
    this.#turn = readKept(fd)?.turn ?? 0;
  }

  write(next: number): void {
    this.#turn += 1;
    const line = encodeLine({ name: this.#name, next, turn: this.#turn } satisfies Kept);
    const record = Buffer.alloc(RECORD, ' ');
    record.set(line);
    writeSync(this.#fd, record, 0, RECORD, (this.#turn % 2) * RECORD);
  }
}

/** The file is nobody's from now on. */
export function clearPosition(fd: number): void {
  ftruncateSync(fd, 0);
}

function readKept(fd: number): Kept | undefined {
  const bytes = Buffer.alloc(2 * RECORD);
  const length = readSync(fd, bytes, 0, bytes.length, 0);
  const records = [0, RECORD].flatMap((start) => {
    const end = bytes.indexOf('\n', start);
    const kept = end === -1 || end >= length ? undefined : keptIn(decodeLine(bytes.subarray(start, end)));
    return kept === undefined ? [] : [kept];
  });
  return records.toSorted((one, other) => other.turn - one.turn)[0];
}

function keptIn(value: unknown): Kept | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { name, next, turn }: Partial<Record<keyof Kept, unknown>> = value;
  if (typeof name !== 'string' || !READER_NAME.test(name) || !isCount(next) || !isCount(turn)) return undefined;
  return { name, next, turn };
}
