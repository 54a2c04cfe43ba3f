import { figure } from './figure.ts';
import { type RowResult, ratioToBest } from './measure.ts';

/** A table: its lines, each of its cells. */
export type Cells = readonly (readonly string[])[];

function ratio(value: number | undefined): string {
  return value === undefined ? '-' : value.toFixed(2);
}

/** The table of one row: a line for each measure, a column for each contender, the ratios last. */
export function cellsOf(result: RowResult): Cells {
  const floors = result.results.filter(({ kind }) => kind === 'floor');
  const toFloors = floors.map(({ name }) => `ours / ${name}`);
  const head = ['', ...result.results.map(({ name }) => name), 'ours / best other', ...toFloors, 'better is'];
  const lines = result.row.measures.map(({ name, unit, better }, index) => {
    const values = result.results.map(({ medians }) => figure(medians[index]));
    const ratios = [
      ratio(ratioToBest(result, index)),
      ...floors.map((floor) => ratio(ratioToBest(result, index, [floor]))),
    ];
    return [`${name} (${unit})`, ...values, ...ratios, better === 'neither' ? '-' : better];
  });
  return [head, ...lines];
}

function widths(cells: Cells): number[] {
  const [head = []] = cells;
  return head.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
}

/** The first column is text, the others are figures. */
function align(text: string, column: number, width: number): string {
  return column === 0 ? text.padEnd(width) : text.padStart(width);
}

export function textTable(cells: Cells): string {
  const columns = widths(cells);
  return cells
    .map((line) =>
      line
        .map((text, column) => align(text, column, columns[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function markdownTable(cells: Cells): string {
  const columns = widths(cells).map((width) => Math.max(width, 3));
  const [head = [], ...lines] = cells.map(
    (line) => `| ${line.map((text, column) => align(text, column, columns[column] ?? 0)).join(' | ')} |`,
  );
  const rule = columns.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [head, `| ${rule.join(' | ')} |`, ...lines].join('\n');
}
