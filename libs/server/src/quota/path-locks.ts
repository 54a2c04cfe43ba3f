import type { Awaitable } from '../contract/virtual-file.ts';

/** Somebody who has paths to himself, or waits for them. */
interface Turn {
  readonly paths: readonly string[];
  readonly over: Promise<void>;
}

/** Turns for what looks at a path and then changes it: one at a time for a path and all that is below it, in the order of asking. */
export class PathLocks {
  readonly #turns = new Set<Turn>();

  /** Does some work when its paths are nobody else's. @param paths Absolute, without `.` and `..`. */
  async hold<T>(paths: readonly string[], work: () => Awaitable<T>): Promise<T> {
    const before = [...this.#turns].filter((turn) => meet(turn.paths, paths));
    const { promise: over, resolve: end } = Promise.withResolvers<void>();
    const turn = { paths, over };
    this.#turns.add(turn);
    try {
      for (const earlier of before) await earlier.over;
      return await work();
    } finally {
      this.#turns.delete(turn);
      end();
    }
  }
}

function meet(some: readonly string[], others: readonly string[]): boolean {
  return some.some((one) => others.some((other) => isAtOrBelow(one, other) || isAtOrBelow(other, one)));
}

/** Whether a path is another one, or leads through it. */
export function isAtOrBelow(path: string, above: string): boolean {
  return path === above || above === '/' || path.startsWith(`${above}/`);
}
