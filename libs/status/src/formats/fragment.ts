// HTML to be put into another page: the C program's table, to the byte (spec scoreboard-ftpwho section 5.8). Its looks are those of the
// page it stands in. The page of our own: ../page.

import type { SessionView } from '../session-view.ts';
import { bytesOf, hoursAndMinutes, markupText, sizesKnown, stateText } from './c-values.ts';

const HEAD = `<div id="ftp-status">
 <table summary="Pure-FTPd server status">
  <thead>
   <tr>
    <th scope="col">PID</th>
    <th scope="col">Account</th>
    <th scope="col">Time</th>
    <th scope="col">State</th>
    <th scope="col" abbr="File">File name</th>
    <th scope="col" abbr="Peer">Remote host</th>
    <th scope="col" abbr="Kb">Kbytes</th>
    <th scope="col" abbr="Local">Local host</th>
   </tr>
  </thead>
  <tbody>
`;
const FOOT = '  </tbody>\n </table>\n</div>\n';
const NOTHING = '&nbsp;';

function kilobytes(view: SessionView): string {
  const { current, total, percentage, kilobytesPerSecond } = view;
  const known = sizesKnown(view);
  switch (known) {
    case 'none': {
      return NOTHING;
    }
    case 'current': {
      return `${current / 1024n} (${kilobytesPerSecond} KB/s)`;
    }
    case 'both': {
      return `${current / 1024n}/${total / 1024n} (${percentage}% - ${kilobytesPerSecond} KB/s)`;
    }
    default: {
      return known satisfies never;
    }
  }
}

function nameCell(name: string): string {
  return markupText(bytesOf(name)) || NOTHING;
}

function row(view: SessionView): string {
  const cells = [
    nameCell(view.login),
    hoursAndMinutes(view.since),
    stateText(view),
    nameCell(view.file),
    markupText(bytesOf(view.hosts.peer)),
    kilobytes(view),
    `${markupText(bytesOf(view.hosts.local))}:${view.local.port}`,
  ];
  const lines = cells.map((cell) => `    <td>${cell}</td>\n`);
  return `   <tr>\n    <th scope="row">${view.pid}</th>\n${lines.join('')}   </tr>\n`;
}

/** The whole output, a character for each byte. */
export function formatFragment(views: readonly SessionView[]): string {
  return HEAD + views.map(row).join('') + FOOT;
}
