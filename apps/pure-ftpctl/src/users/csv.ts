// Comma-separated values as RFC 4180 has them; what is read may also have other ends of lines, and semicolons.

/** One row, with the end of its line. */
export function csvRow(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",;\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`;
}

/** A row that was read. */
export interface CsvRow {
  /** Where it begins, from 1 on. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A quoted cell that has no end, or text after it. */
export class CsvError extends Error {
  override readonly name = 'CsvError';
}

/**
 * The rows of a text, without empty ones.
 * @throws CsvError
 */
export function* csvRows(text: string): Generator<CsvRow, void, undefined> {
  const separator = /^[^\r\n,]*;/.test(text) ? ';' : ',';
  const cell = cellBefore(separator);
  let line = 1;
  let at = 0;
  let row: string[] = [];
  let begin = 1;
  while (at < text.length || row.length > 0) {
    cell.lastIndex = at;
    const found = cell.exec(text);
    if (found === null) throw new CsvError(`line ${line}: a cell in quotes that does not end, or goes on behind them`);
    const [whole, quoted, plain = '', end = ''] = found;
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    at += whole.length;
    line += whole.split(/\r\n|\n|\r/).length - 1;
    if (end === separator) continue;
    if (row.length > 1 || row[0] !== '') yield { line: begin, cells: row };
    row = [];
    begin = line;
  }
}

/** A quoted cell, or a plain one; and what follows it. */
function cellBefore(separator: string): RegExp {
  const plain = `[^"\\r\\n${separator}][^\\r\\n${separator}]*|`;
  return new RegExp(`(?:"([^"]*(?:""[^"]*)*)"|(${plain}))(\\r\\n|\\n|\\r|${separator}|$)`, 'y');
}
