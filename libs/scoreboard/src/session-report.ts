import { LAYOUTS } from './layout.ts';

/**
 * What a process that may not write on the scoreboard tells the one that may. Who the client is, and that the session began or
 * ended, the latter knows by itself: it cannot be lied to about that.
 */
export type SessionReport =
  | {
      readonly type: 'transfer';
      /** The number that the reader of the reports has given to the session. */
      readonly session: number;
      readonly direction: 'download' | 'upload';
      readonly name: string;
      readonly offset: number;
      readonly size: number;
    }
  | { readonly type: 'progress'; readonly positions: readonly (readonly [session: number, position: number])[] }
  | { readonly type: 'idle'; readonly session: number; readonly position: number };

/** Transfers that one report of progress tells of; more than that are several. */
export const MOST_POSITIONS = 4096;

/** Characters of a file name; what is shown are its last bytes. */
export const LONGEST_NAME = LAYOUTS.musl.nameBytes;

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isPosition(value: unknown): value is [number, number] {
  return Array.isArray(value) && value.length === 2 && value.every(isCount);
}

/**
 * A report as it came from the other process; undefined for anything that is none: then that process is not to be trusted any
 * more. Nothing is taken over that was not looked at.
 */
export function parseSessionReport(value: unknown): SessionReport | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
  if (value.type === 'progress') {
    if (!('positions' in value) || !Array.isArray(value.positions)) return undefined;
    const positions: readonly unknown[] = value.positions;
    if (positions.length > MOST_POSITIONS || !positions.every(isPosition)) return undefined;
    return { type: 'progress', positions };
  }
  if (!('session' in value) || !isCount(value.session)) return undefined;
  const { session } = value;
  if (value.type === 'idle') {
    return 'position' in value && isCount(value.position)
      ? { type: 'idle', session, position: value.position }
      : undefined;
  }
  if (value.type !== 'transfer' || !('name' in value && 'offset' in value && 'size' in value && 'direction' in value))
    return undefined;
  const { name, offset, size, direction } = value;
  if (typeof name !== 'string' || name.length > LONGEST_NAME || !isCount(offset) || !isCount(size)) return undefined;
  if (direction !== 'download' && direction !== 'upload') return undefined;
  return { type: 'transfer', session, direction, name, offset, size };
}
