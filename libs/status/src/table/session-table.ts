import Table from 'cli-table3';

import type { SessionView } from '../session-view.ts';
import { columnsFor } from './columns.ts';

/** How a table of sessions is drawn. */
export interface SessionTableOptions {
  /** Its width, in characters. */
  readonly columns: number;
  /** Bytes per second of a session. */
  readonly rate: (view: SessionView) => number;
  /** Each session has its server beside it. */
  readonly hasServers: boolean;
  /** The lines between cells are grey. */
  readonly hasColours: boolean;
}

/** A table of sessions in their order, without the end of its last line. */
export function sessionTable(views: readonly SessionView[], options: SessionTableOptions): string {
  const { columns, rate, hasServers, hasColours } = options;
  const chosen = columnsFor(columns, hasServers);
  const grid = new Table({
    head: chosen.map(({ title }) => title),
    colWidths: chosen.map(({ width }) => width),
    colAligns: chosen.map(({ align }) => align),
    style: { head: hasColours ? ['bold'] : [], border: hasColours ? ['gray'] : [], compact: true },
  });
  for (const view of views) {
    const bytesPerSecond = rate(view);
    grid.push(chosen.map((column) => column.cell(view, bytesPerSecond, column.width - 2)));
  }
  return grid.toString();
}
