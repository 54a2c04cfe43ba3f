// A file of events: a line that says the number of its first, and a line for each.
import { ftruncateSync, readSync, writeSync } from 'node:fs';

import { decodeLine, encodeLine } from './journal-line.ts';
import { isCount } from './upload-event.ts';

const VERSION = 1;
const HEADER_LIMIT = 128;

/** Where events begin, and the number of the first. */
export interface SegmentHeader {
  readonly first: number;
  readonly length: number;
}

/** What a file of events says of itself; undefined where it has none. */
export function readHeader(fd: number): SegmentHeader | undefined {
  const bytes = Buffer.alloc(HEADER_LIMIT);
  const length = readSync(fd, bytes, 0, HEADER_LIMIT, 0);
  const end = bytes.subarray(0, length).indexOf('\n');
  const value = end === -1 ? undefined : decodeLine(bytes.subarray(0, end));
  if (typeof value !== 'object' || value === null || !('journal' in value) || !('first' in value)) return undefined;
  if (value.journal !== VERSION || !isCount(value.first)) return undefined;
  return { first: value.first, length: end + 1 };
}

/** Begins a file anew; what was in it is gone. */
export function beginSegment(fd: number, first: number): SegmentHeader {
  const line = encodeLine({ journal: VERSION, first });
  ftruncateSync(fd, 0);
  writeSync(fd, line, 0, line.length, 0);
  return { first, length: line.length };
}
