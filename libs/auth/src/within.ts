/**
 * What a promise yields, unless the signal is raised first. What it yields or fails with later is nobody's business any more.
 * @throws what the promise rejects with, or the signal's reason.
 */
export async function within<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Of the two, one may reject when nobody listens any more.
    promise.catch(() => undefined);
    aborted.promise.catch(() => undefined);
  }
}
