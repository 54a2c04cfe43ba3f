// SITE TIME: what time it is on the server
import type { CommandRow } from '../contract/command.ts';
import type { Outcome } from '../replies/outcomes.ts';

export function siteTime(): Outcome {
  const now = new Date();
  const date = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  return {
    name: 'serverTime',
    text: `${date} ${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`,
  };
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** The row of SITE TIME in the table of verbs. */
export const siteTimeRow: CommandRow = {
  verb: 'SITE TIME',
  argument: 'ignored',
  phase: 'loggedIn',
  syntax: '',
  help: 'show the time of the server',
  run: siteTime,
};
