import { getopt, type GetoptSettings, type OptionSpec } from './getopt.ts';

/** An option that was given: its row of the table and its value (empty when it takes none). */
export interface GivenOption<Spec extends OptionSpec = OptionSpec> {
  readonly spec: Spec;
  readonly value: string;
}

/** A whole command line, read. */
export interface ParsedOptions<Spec extends OptionSpec = OptionSpec> {
  /** In the order given, repeats included: what a repeat means (last wins, first wins, counts) is the program's. */
  readonly options: readonly GivenOption<Spec>[];
  readonly operands: readonly string[];
}

/**
 * Reads a whole command line by the grammar of {@link getopt}.
 *
 * @throws OptionError when the table does not allow it.
 */
export function parseOptions<Spec extends OptionSpec>(
  table: readonly Spec[],
  argv: readonly string[],
  settings: GetoptSettings = {},
): ParsedOptions<Spec> {
  const options: GivenOption<Spec>[] = [];
  const operands: string[] = [];
  for (const token of getopt(table, argv, settings)) {
    if (token.kind === 'option') {
      options.push({ spec: token.spec, value: token.value });
    } else {
      operands.push(token.value);
    }
  }
  return { options, operands };
}
