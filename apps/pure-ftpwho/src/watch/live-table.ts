import { styleText } from 'node:util';

import { printableName } from '@pure-ftpd/protocol';
import Table from 'cli-table3';

import { hoursAndMinutes } from '../formats/c-values.ts';
import type { SessionView } from '../session-view.ts';
import { forPeople, secondsLeft, totalsOf } from '../totals.ts';
import { bytesForPeople, durationForPeople, rateForPeople } from '../units.ts';

/** What the table is drawn for. */
export interface LiveTableOptions {
  /** Of the terminal. */
  readonly columns: number;
  readonly rows: number;
  /** Bytes per second of a session at the moment. */
  readonly rate: (view: SessionView) => number;
  /** `HH:MM:SS` */
  readonly time: string;
  /** What is to be said instead of the table. */
  readonly trouble?: string;
}

/** A column, as wide as it is; its blanks left and right are part of that. */
interface Column {
  readonly title: string;
  readonly width: number;
  readonly align: 'left' | 'right';
  readonly cell: (view: SessionView, rate: number, width: number) => string;
}

const STATES: Readonly<Record<SessionView['state'], string>> = {
  idle: 'idle',
  download: '↓ down',
  upload: '↑ up',
  unknown: '?',
};

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of so many characters, in steps of an eighth of one. */
export function bar(fraction: number, width: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, fraction)) * width * 8);
  const filled = '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
  return styleText('cyan', filled) + styleText('gray', '░'.repeat(width - filled.length));
}

function progress(view: SessionView, width: number): string {
  if (view.state !== 'download' && view.state !== 'upload') return '';
  if (view.total === 0n) return bytesForPeople(Number(view.current));
  const fraction = Number(view.current) / Number(view.total);
  return `${bar(fraction, width - 7)} ${String(view.percentage).padStart(3)}%`;
}

const ACCOUNT: Column = {
  title: 'Account',
  width: 14,
  align: 'left',
  cell: ({ login }) => (login === '?' ? '-' : printableName(login)),
};
const CLIENT: Column = { title: 'Client', width: 22, align: 'left', cell: ({ hosts }) => printableName(hosts.peer) };
const STATE: Column = { title: 'State', width: 8, align: 'left', cell: ({ state }) => STATES[state] };
const FILE: Column = { title: 'File', width: 18, align: 'left', cell: ({ file }) => printableName(file) };
const PROGRESS: Column = {
  title: 'Progress',
  width: 20,
  align: 'left',
  cell: (view, _rate, width) => progress(view, width),
};
const RATE: Column = {
  title: 'Rate',
  width: 12,
  align: 'right',
  cell: ({ state }, rate) => (state === 'download' || state === 'upload' ? rateForPeople(rate) : ''),
};
const LEFT: Column = {
  title: 'Left',
  width: 12,
  align: 'right',
  cell: (view, rate) => {
    const left = secondsLeft(view, rate);
    return left === undefined ? '' : durationForPeople(left);
  },
};
const TIME: Column = { title: 'Time', width: 8, align: 'right', cell: ({ since }) => hoursAndMinutes(since) };

const ALL = [ACCOUNT, CLIENT, STATE, FILE, PROGRESS, RATE, LEFT, TIME];
/** Which columns a narrow terminal does without, the first first. */
const DISPENSABLE = [LEFT, TIME, CLIENT, PROGRESS, FILE, RATE];

/** What fits, each separated by a line of one character; the file's name takes what is left. */
function columnsFor(width: number): Column[] {
  let chosen = ALL;
  const needed = (): number => chosen.reduce((sum, column) => sum + column.width + 1, 1);
  for (const column of DISPENSABLE) {
    if (needed() <= width) break;
    chosen = chosen.filter((one) => one !== column);
  }
  const spare = Math.max(0, width - needed());
  const widest = chosen.includes(FILE) ? FILE : ACCOUNT;
  return chosen.map((column) => (column === widest ? { ...column, width: column.width + spare } : column));
}

/** Lines above and below the rows of sessions: the summary, an empty line, the table's head and rules, how to leave. */
const LINES_AROUND = 7;

function table(views: readonly SessionView[], options: LiveTableOptions): string[] {
  const columns = columnsFor(options.columns);
  const grid = new Table({
    head: columns.map(({ title }) => title),
    colWidths: columns.map(({ width }) => width),
    colAligns: columns.map(({ align }) => align),
    style: { head: ['bold'], border: ['gray'], compact: true },
  });
  for (const view of views) {
    const rate = options.rate(view);
    grid.push(columns.map((column) => column.cell(view, rate, column.width - 2)));
  }
  return grid.toString().split('\n');
}

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
  const foot = more > 0 ? `${more} more do not fit   q: quit` : 'q: quit';
  return [summary(views, options), '', ...table(shown, options), styleText('gray', foot)];
}
