/** A ban, as it is shown. */
export interface Ban {
  /** An address, or a network such as `192.0.2.0/24`. */
  readonly network: string;
  /** Why, in a line. */
  readonly reason: string;
  /** When it ends, in milliseconds since 1970; undefined where it does not end by itself. */
  readonly until: number | undefined;
}

/** Who is banned. The control socket shows, makes and lifts bans by it. */
export interface BanTable {
  /** Those that hold now. */
  all(): Iterable<Ban>;
  /**
   * Bans a network, whatever there was for it before; clients of it who are connected stay.
   * @param seconds How long; undefined for the longest that there is.
   * @returns Why it cannot be, in a line; undefined when it is done.
   */
  ban(network: string, seconds: number | undefined, reason: string): string | undefined;
  /** Lifts what there is for exactly this network. @returns Whether there was anything. */
  lift(network: string): boolean;
}
