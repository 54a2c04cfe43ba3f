// Where the transfers of this process are: asked by number, since events are plain data.

const positions = new Map<number, () => number>();
let last = 0;

/** Begins to tell where a transfer is. @returns Its number; no other transfer of this process has had it. */
export function beginProgress(position: () => number): number {
  last += 1;
  positions.set(last, position);
  return last;
}

/** Nobody is told any more. */
export function endProgress(transfer: number | undefined): void {
  if (transfer !== undefined) positions.delete(transfer);
}

/**
 * Where in its file a transfer of this process is by now, in bytes.
 * @param transfer Its number in `transferStarted` and `transfer`.
 * @returns undefined when it is over: once its `transfer` has been told.
 */
export function transferPosition(transfer: number): number | undefined {
  return positions.get(transfer)?.();
}
