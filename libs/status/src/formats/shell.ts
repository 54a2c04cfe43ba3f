// For scripts: a line for each session (spec scoreboard-ftpwho section 5.5).

import type { SessionView } from '../session-view.ts';
import { bytesOf, stateText } from './c-values.ts';

/** Nothing in a field ends it, or the line. */
function field(bytes: string): string {
  return bytes.replace(/[\0-\x1f\x7f]/g, '_').replace(/[|\\]/g, '\\$&');
}

function line(view: SessionView): string {
  const { pid, since, hosts, local, current, total, percentage, kilobytesPerSecond } = view;
  return [
    pid,
    field(bytesOf(view.login)),
    since,
    stateText(view),
    field(bytesOf(view.file)),
    field(bytesOf(hosts.peer)),
    field(bytesOf(hosts.local)),
    local.port,
    current / 1024n,
    total / 1024n,
    percentage,
    kilobytesPerSecond,
  ].join('|');
}

/** The whole output, a character for each byte. */
export function formatShell(views: readonly SessionView[]): string {
  return views.map((view) => `${line(view)}\n`).join('');
}
