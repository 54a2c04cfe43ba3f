// The table in text (spec scoreboard-ftpwho section 5.4).

import type { SessionView } from '../session-view.ts';
import { bytesOf, hoursAndMinutes, stateText } from './c-values.ts';

const RULE = '+------+---------+-------+------+-------------------------------------------+\n';
const PLAIN = '|                 File/IP                   |\n';
const VERBOSE = '|     File/Remote IP/Size(Kb)/Local IP      |\n';
/** The first columns of the lines below the first. */
const DITTO = "|  ''  |    ''   |";

/** `''` where there is no rate, or it is too large for the column. */
function rateCell(bytesPerSecond: bigint): string {
  let rate = bytesPerSecond;
  if (rate > 0n) {
    for (const unit of ['b/s', 'K/s', 'M/s', 'G/s']) {
      if (rate < 1024n) return `${String(rate).padStart(4)}${unit}|`;
      rate /= 1024n;
    }
  }
  return "   ''  |";
}

function percentageCell({ percentage, current, restart }: SessionView): string {
  return percentage > 0n && current > restart ? ` ${String(percentage).padStart(3)}% |` : "  ''  |";
}

function kilobytes(bytes: bigint): string {
  return String(bytes / 1024n);
}

function sizesLine({ current, total }: SessionView): string {
  if (current === 0n) return '';
  const moved = kilobytes(current);
  const sizes =
    total === 0n
      ? `Transferred: ${moved.padEnd(29)} `
      : `Total size:${kilobytes(total).padStart(9)} Transferred:${moved.padStart(9)} `;
  return `${DITTO}       |      | ${sizes}|\n`;
}

function session(view: SessionView, verbose: boolean, name: (name: string) => string): string {
  const { pid, since, hosts, local } = view;
  const first = [
    `|${String(pid).padStart(5)} `,
    ` ${name(view.login).padEnd(8)}`,
    ` ${hoursAndMinutes(since)} `,
    ` ${stateText(view)} `,
    ` ${name(view.file).padEnd(42)}|\n`,
  ].join('|');
  const peer = name(hosts.peer).slice(0, 39).padStart(39);
  const second = `${DITTO}${rateCell(view.bytesPerSecond)}${percentageCell(view)} ->${peer} |\n`;
  if (!verbose) return first + second + RULE;
  const here = `${name(hosts.local).slice(0, 33).padStart(33)}:${String(local.port).slice(0, 5).padEnd(5)}`;
  return `${first}${second}${sizesLine(view)}${DITTO}       |      | <-${here} |\n${RULE}`;
}

export interface TextOptions {
  readonly verbose: boolean;
  /** How a name is shown; its bytes as they are, unless told. A character for each byte. */
  readonly name?: (name: string) => string;
}

/** The whole output, a character for each byte. */
export function formatText(views: readonly SessionView[], { verbose, name = bytesOf }: TextOptions): string {
  const head = `\n${RULE}| PID  |  Login  |For/Spd| What ${verbose ? VERBOSE : PLAIN}${RULE}`;
  return `${head}${views.map((view) => session(view, verbose, name)).join('')}\n`;
}
