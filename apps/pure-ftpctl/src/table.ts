import Table from 'cli-table3';

import { painted } from './painted.ts';

/** The smallest width that a column of text is broken to. */
const NARROWEST = 16;

/** Blanks at the sides of a cell. */
const PADDING = 2;

/**
 * A table for people, as wide as the terminal: what is too long is broken between words, and within one that is too long itself.
 * @param shares How the width is shared, a number for each column.
 */
export function tableOf(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  shares: readonly number[],
): string {
  const total = shares.reduce((sum, share) => sum + share, 0);
  const room = (process.stdout.columns ?? 100) - shares.length - 1;
  const widths = shares.map((share) => Math.max(NARROWEST, Math.floor((room * share) / total)));
  const table = new Table({
    head: head.map((title) => painted('bold', title)),
    colWidths: widths,
    wordWrap: true,
    style: { head: [], border: [] },
  });
  const cell = (content: string, column: number): { content: string; wrapOnWordBoundary: boolean } => ({
    content,
    wrapOnWordBoundary: content.split(/\s/).every((word) => word.length <= (widths[column] ?? 0) - PADDING),
  });
  table.push(...rows.map((row) => row.map(cell)));
  return `${table.toString()}\n`;
}
