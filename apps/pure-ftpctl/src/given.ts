/** What a command line gave a subcommand. */
export interface Given {
  /** Words that are no options, by the names that the subcommand has for them. */
  readonly operands: Readonly<Record<string, string | undefined>>;
  /** Options without a value that were given, by their names. */
  readonly options: ReadonlySet<string>;
  /** Values of the others, in their order, by their names. */
  readonly values: Readonly<Record<string, readonly string[] | undefined>>;
  /** What stands behind `--`. */
  readonly switches: readonly string[];
}
