// The columns of a table of sessions for people.
import { styleText } from 'node:util';

import { printableName } from '@pure-ftpd/protocol';

import { hoursAndMinutes } from '../formats/c-values.ts';
import type { SessionView } from '../session-view.ts';
import { secondsLeft } from '../totals.ts';
import { bytesForPeople, durationForPeople, rateForPeople } from '../units.ts';

/** A column, as wide as it is; its blanks left and right are part of that. */
export interface Column {
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
const SERVER: Column = { title: 'Server', width: 20, align: 'left', cell: ({ hosts }) => printableName(hosts.local) };
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

const ALL = [ACCOUNT, CLIENT, SERVER, STATE, FILE, PROGRESS, RATE, LEFT, TIME];
/** Which columns a narrow terminal does without, the first first. */
const DISPENSABLE = [LEFT, TIME, CLIENT, PROGRESS, FILE, RATE, SERVER];

/**
 * What fits, each separated by a line of one character; the file's name takes what is left.
 * @param width Of the whole table, in characters.
 */
export function columnsFor(width: number, hasServers: boolean): Column[] {
  let chosen = ALL.filter((column) => hasServers || column !== SERVER);
  const needed = (): number => chosen.reduce((sum, column) => sum + column.width + 1, 1);
  for (const column of DISPENSABLE) {
    if (needed() <= width) break;
    chosen = chosen.filter((one) => one !== column);
  }
  const spare = Math.max(0, width - needed());
  const widest = chosen.includes(FILE) ? FILE : ACCOUNT;
  return chosen.map((column) => (column === widest ? { ...column, width: column.width + spare } : column));
}
