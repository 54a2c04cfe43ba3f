import { nativeFunction } from './native.ts';

const alarm = nativeFunction<[number], number>('alarm', 'uint', ['uint']);

/**
 * The kernel ends this process (SIGALRM) after so many seconds, whatever it is doing then; 0 undoes it.
 * @throws {NativeUnavailableError} where native calls cannot be made.
 */
export function endProcessAfter(seconds: number): void {
  alarm()(seconds);
}
