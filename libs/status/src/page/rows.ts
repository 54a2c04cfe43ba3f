import { hoursAndMinutes } from '../formats/c-values.ts';
import type { SessionView } from '../session-view.ts';
import { secondsLeft } from '../totals.ts';
import { durationForPeople, kilobytesForPeople, rateForPeople } from '../units.ts';
import { escapeHtml, nameHtml } from './html.ts';

/** Columns of the C program's page, in its order and words. */
export const COLUMNS = ['PID', 'Account', 'Time', 'State', 'File name', 'Remote host', 'Kbytes', 'Local host'] as const;

const STATES: Readonly<Record<SessionView['state'], string>> = {
  idle: 'Idle',
  download: '<span aria-hidden="true">↓</span> Download',
  upload: '<span aria-hidden="true">↑</span> Upload',
  unknown: 'Unknown',
};

function moved(view: SessionView): string {
  const { current, total, percentage, restart } = view;
  if (view.state !== 'download' && view.state !== 'upload') return '';
  const rate = Number(view.bytesPerSecond);
  const left = secondsLeft(view, rate);
  const lower = [
    rate > 0 ? rateForPeople(rate) : '',
    left === undefined ? '' : `${durationForPeople(left)} left`,
    restart > 0n ? `from ${kilobytesForPeople(restart)}` : '',
  ].filter((part) => part !== '');
  const details =
    lower.length === 0 ? '' : `<small class="number">${lower.map((part) => `<span>${part}</span>`).join('')}</small>`;
  if (total === 0n) return `<span class="number">${kilobytesForPeople(current)}</span>${details}`;
  const value = `<span class="number"><span>${kilobytesForPeople(current)} / ${kilobytesForPeople(total)}</span><strong>${percentage}%</strong></span>`;
  const bar = `<progress max="100" value="${percentage}" aria-label="Progress">${percentage}%</progress>`;
  return value + bar + details;
}

function host(name: string, address: string): string {
  return name === address ? escapeHtml(address) : `${escapeHtml(name)} <small>${escapeHtml(address)}</small>`;
}

/** An address of IPv6 stands in brackets, or nobody knows where it ends. */
function withPort(name: string, port: number): string {
  const host = name.includes(':') ? `[${name}]` : name;
  return `${escapeHtml(host)}<wbr>:${port}`;
}

/** A cell; the roles say again what a table is, since a browser forgets it when rows are laid out as cards. */
function cell(column: number, className: string, content: string): string {
  const classes = content === '' ? `${className} empty`.trim() : className;
  // One box for the content: in a card it stands beside the title of its column.
  return `<td role="cell" data-title="${COLUMNS[column]}"${classes === '' ? '' : ` class="${classes}"`}>${content === '' ? '' : `<div>${content}</div>`}</td>`;
}

/** A row of the table. */
export function row(view: SessionView): string {
  const { hosts, peer, local, login } = view;
  const isLoggedIn = login !== '' && login !== '?';
  const account = isLoggedIn ? nameHtml(login) : '<span class="soft">not logged in</span>';
  const cells = [
    `<th scope="row" role="rowheader" data-title="${COLUMNS[0]}"><div>${view.pid}</div></th>`,
    cell(1, isLoggedIn ? 'account' : '', account),
    cell(2, 'number', `<span title="${durationForPeople(Number(view.since))}">${hoursAndMinutes(view.since)}</span>`),
    cell(3, '', `<span class="state">${STATES[view.state]}</span>`),
    cell(4, 'file', view.file === '' ? '' : nameHtml(view.file)),
    cell(5, 'host', host(hosts.peer, peer.address)),
    cell(6, 'moved', moved(view)),
    cell(7, 'host', withPort(hosts.local, local.port)),
  ];
  return `<tr role="row" class="${view.state}">${cells.join('')}</tr>\n`;
}
