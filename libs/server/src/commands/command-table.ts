import type { CommandRow, CommandTable } from '../contract/command.ts';

/** A table from its rows. */
export function commandTable(rows: Iterable<CommandRow>): CommandTable {
  return new Map(Array.from(rows, (row) => [row.verb, row]));
}
