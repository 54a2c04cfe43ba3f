import type { CompletedPart } from '@aws-sdk/client-s3';

import type { ObjectHead, Objects } from './objects.ts';

/** Parts that are copied at once. */
const AT_ONCE = 4;

/**
 * Copies an object, what it is described by included; in parts where it is large, and then it appears at the end, too.
 * @param source What `head` has answered: another in its place is an error, ESTALE.
 * @param metadata Instead of what the object has.
 */
export async function copyObject(
  store: Objects,
  from: string,
  to: string,
  source: ObjectHead,
  metadata?: Record<string, string>,
): Promise<void> {
  const size = source.ContentLength ?? 0;
  if (size <= store.copyPartSize) {
    await store.copy(from, to, source, metadata);
    return;
  }
  const upload = await store.begin(to, metadata === undefined ? source : { ...source, Metadata: metadata });
  try {
    const parts: CompletedPart[] = [];
    const ranges = rangesOf(size, store.copyPartSize);
    await atOnce(AT_ONCE, ranges, async ([at, end], index) => {
      parts[index] = await store.copyPart(upload, index + 1, { key: from, etag: source.ETag, from: at, end });
    });
    await store.complete(upload, parts);
  } catch (error) {
    await store.abort(upload);
    throw error;
  }
}

function rangesOf(size: number, partSize: number): [from: number, end: number][] {
  return Array.from({ length: Math.ceil(size / partSize) }, (_, index) => [
    index * partSize,
    Math.min(size, (index + 1) * partSize),
  ]);
}

/** Does something for every item, so many at once; the first failure is thrown when none is under way any more. */
export async function atOnce<T>(
  most: number,
  items: readonly T[],
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    for (;;) {
      const index = next;
      const item = items[index];
      if (item === undefined || failure !== undefined) return;
      next += 1;
      try {
        await work(item, index);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  if (failure !== undefined) throw failure.error;
}
