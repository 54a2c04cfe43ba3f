import { isPromise } from './user-code.ts';

/** Calls code of the developer's that belongs to no session, and cannot change anything: what it throws, or rejects with, is printed. */
export function notify(name: string, call: () => unknown): void {
  const failed = (error: unknown): void => console.error(`${name} has failed:`, error);
  try {
    const returned = call();
    if (isPromise(returned)) returned.then(undefined, failed);
  } catch (error) {
    failed(error);
  }
}
