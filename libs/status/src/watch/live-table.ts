import { styleText } from 'node:util';

import { printableName } from '@pure-ftpd/protocol';

import type { SessionView } from '../session-view.ts';
import { sessionTable } from '../table/session-table.ts';
import { forPeople, totalsOf } from '../totals.ts';
import { rateForPeople } from '../units.ts';

/** What the table is drawn for. */
export interface LiveTableOptions {
  /** Of the terminal. */
  readonly columns: number;
  readonly rows: number;
  /** Bytes per second of a session at the moment. */
  readonly rate: (view: SessionView) => number;
  /** `HH:MM:SS` */
  readonly time: string;
  /** Each session has its server beside it. */
  readonly hasServers: boolean;
  /** What is to be said instead of the table. */
  readonly trouble?: string;
}

/** Lines above and below the rows of sessions: the summary, an empty line, the table's head and rules, how to leave. */
const LINES_AROUND = 7;

/** What all do together; of a narrow terminal the last parts are left out. */
function summary(views: readonly SessionView[], { rate, time, columns }: LiveTableOptions): string {
  const { sessions, downloads, uploads, downloadBytesPerSecond, uploadBytesPerSecond } = totalsOf(views, rate);
  const parts = [
    'Pure-FTPd',
    `${sessions} ${sessions === 1 ? 'session' : 'sessions'}`,
    `↓ ${downloads} at ${rateForPeople(downloadBytesPerSecond)}`,
    `↑ ${uploads} at ${rateForPeople(uploadBytesPerSecond)}`,
    time,
  ];
  while (parts.length > 1 && parts.join('  ').length > columns) parts.pop();
  const [title = '', ...figures] = parts;
  return [styleText('bold', title), ...figures].join('  ');
}

/** The lines of the live table, as many as the terminal has at most. */
export function liveTable(views: readonly SessionView[], options: LiveTableOptions): string[] {
  const { trouble, rows } = options;
  if (trouble !== undefined) return [summary([], options), '', printableName(trouble), '', 'q: quit'];
  if (views.length === 0) return [summary(views, options), '', 'Nobody is connected.', '', 'q: quit'];
  const fitting = Math.max(1, rows - LINES_AROUND);
  const shown = forPeople(views).slice(0, fitting);
  const more = views.length - shown.length;
  const table = sessionTable(shown, { ...options, hasColours: true }).split('\n');
  const foot = more > 0 ? `${more} more do not fit   q: quit` : 'q: quit';
  return [summary(views, options), '', ...table, styleText('gray', foot)];
}
