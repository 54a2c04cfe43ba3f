/** What a command line gave a subcommand. */
export interface Given {
  /** Words that are no options, by the names that the subcommand has for them. */
  readonly operands: Readonly<Record<string, string | undefined>>;
  /** Options that were given, by their names. */
  readonly options: ReadonlySet<string>;
  /** What stands behind `--`. */
  readonly switches: readonly string[];
}
