import type { Configuration } from '@pure-ftpd/options';

/** A configuration that was read. */
export interface ReadConfiguration {
  readonly configuration: Configuration;
  /** What was said, by the long names of the options, in its order. */
  readonly settings: ReadonlyMap<string, readonly string[]>;
}

/** Where a server has its configuration from: a file, or the words of a command line. */
export interface ConfigurationSource {
  /** What it was started with. */
  readonly first: ReadConfiguration;
  /**
   * Reads it anew.
   * @param words Another command line; undefined for the one that holds.
   * @returns All that is wrong with it, a line each, where it cannot be used.
   */
  read(words: readonly string[] | undefined): Promise<ReadConfiguration | { readonly problems: readonly string[] }>;
  /** What was read last holds from now on: it is what is read anew next time. */
  hold(words: readonly string[] | undefined): void;
}
