// A script of commands, and what each side writes to the system's log of it.
import { chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { startServer, tempFolder } from '@pure-ftpd/peers';
import { buildDatabase } from '@pure-ftpd/puredb';
import { untilTrue } from '@pure-ftpd/testing';
import type { Section } from '../../support/differential.ts';
import { accountsWithFtp, etcFolder } from '../../support/etc.ts';
import type { Side } from '../../support/programs.ts';
import { daemonCommand } from '../../support/servers.ts';
import { syslogLines, withSyslog } from '../../support/syslog.ts';
import { makeHome } from '../replies/home.ts';
import { runSection } from '../replies/runner.ts';

/** The password `golden`. */
export const HASH = '$1$golden00$DPibADmVwkcjtPf6igkkJ.';

/** A session has said its last. Ours goes on where there are no anonymous users. */
const LAST_WORDS: Readonly<Record<Side['name'], RegExp>> = {
  C: /Logout\.$|Timeout - |Line too long|HTTP command: |Home directory not|secure anonymous/,
  ours: /Logout\.$|Timeout - |Line too long|HTTP command: |Home directory not/,
};

/** With -d, ours also says why somebody was refused. */
const EXPLANATION = /\[DEBUG\] login of \[.*\] refused: /;

export interface LoggedSection {
  readonly name: string;
  readonly lines: readonly string[];
}

/** Facility and severity, and the text, with the numbers left out that nobody can foresee. */
function comparable(line: string, home: string): string {
  return withoutNumbers(line, home).replace(/^<(\d+)>.{16}pure-ftpd(?:\[\d+\])?: /, '$1 ');
}

/** The datagram of a line, in which only digits of the time and of the process are others. */
function frame(line: string, home: string): string {
  const time = /^(<\d+>\w{3} )[ \d]\d \d\d:\d\d:\d\d( pure-ftpd)(\[\d+\])?/;
  return withoutNumbers(line, home).replace(
    time,
    (_, pri: string, tag: string, pid: string | undefined) => `${pri}TIME${tag}${pid === undefined ? '' : '[PID]'}`,
  );
}

function withoutNumbers(line: string, home: string): string {
  return line
    .replaceAll(home, 'HOME')
    .replace(/, \d+\.\d\dKB\/sec\)$/, ', RATE)')
    .replace(/pureftpd\.[\da-f]{8}\.[\da-f]{2}\.[\da-f]{4}/, 'pureftpd.UNIQUE')
    .replace(/\[(port|eprt)\] \[.*\]$/, '[$1] [...]');
}

/** A datagram log of our side is asked for, for the daemon runs in the foreground. */
function logOptions(side: Side, args: readonly string[]): string[] {
  return side.name === 'ours' && !args.includes('-f') ? ['-f', 'ftp'] : [];
}

export interface LoggingOptions {
  /** Options of the daemon. */
  readonly args: readonly string[];
  /** What the database says of each user, `HOME` in the place of the home; without it users are anonymous. */
  readonly record?: string;
  /** Ours stays root. */
  readonly separated?: boolean;
  /** Whether datagrams are compared as they are, but for the time and the number of the process. */
  readonly raw?: boolean;
}

/**
 * Runs the sections one after the other, each as a user with a home of its own.
 * @returns What was logged of each, made comparable.
 */
export async function logSections(
  side: Side,
  sections: readonly Section[],
  options: LoggingOptions,
): Promise<LoggedSection[]> {
  using folder = tempFolder();
  const { record } = options;
  const homes = sections.map((_, index) => folder.file(record === undefined ? 'home' : `home${index}`));
  const records = homes.map((home, index) => `user${index}:${(record ?? '').replace('HOME', home)}\n`);
  writeFileSync(folder.file('text'), records.join(''));
  await buildDatabase(folder.file('text'), folder.file('db'));
  chownSync(folder.file('db'), 3001, 3001);
  const file = folder.file('log');
  using etc = etcFolder(record === undefined ? accountsWithFtp(folder.file('home')) : {});
  const daemon = {
    args: ['-l', `puredb:${folder.file('db')}`, ...options.args, ...logOptions(side, options.args)],
    separated: options.separated === true,
  };
  await using server = await startServer((port) => withSyslog(file, daemonCommand(side, `127.0.0.1,${port}`, daemon)), {
    etcDir: etc.path,
    env: { TZ: 'UTC' },
  });
  // Somebody has looked whether it greets; what comes behind is the sections'.
  const isLast = (line: string): boolean => LAST_WORDS[side.name].test(line);
  await untilTrue('the first client has gone', () => syslogLines(file).some(isLast));
  const logged: LoggedSection[] = [];
  for (const [index, section] of sections.entries()) {
    const home = homes[index] ?? '';
    rmSync(home, { recursive: true, force: true });
    mkdirSync(home);
    makeHome(home);
    const before = syslogLines(file).length;
    const since = (): string[] => syslogLines(file).slice(before);
    await runSection(server.port, section, record === undefined ? 'ftp' : `user${index}`);
    await untilTrue(`${section.name}: the session is over`, () => since().some(isLast));
    const lines = since().filter((line) => !EXPLANATION.test(line));
    logged.push({
      name: section.name,
      lines: lines.map((line) => (options.raw === true ? frame : comparable)(line, home)),
    });
  }
  return logged;
}

/** A line that one side has, and why. */
export interface LogDifference {
  readonly section: string;
  readonly c?: string;
  readonly ours?: string;
  readonly reason: string;
}

/** What differs without a reason, and reasons without a difference; empty when there is nothing to say. */
export function compareLogs(
  c: readonly LoggedSection[],
  ours: readonly LoggedSection[],
  decided: readonly LogDifference[],
): string[] {
  const problems: string[] = [];
  for (const [index, { name, lines }] of c.entries()) {
    const differences = new Set(decided.filter(({ section }) => section === name));
    const problem = compareLines(lines, ours[index]?.lines ?? [], differences);
    if (problem !== undefined) problems.push(`[${name}]\n${problem}`);
    for (const { reason } of differences) problems.push(`[${name}] no longer so: ${reason}`);
  }
  return problems;
}

/** Tells the first lines that differ without a reason; takes the differences it meets out of the set. */
function compareLines(
  c: readonly string[],
  ours: readonly string[],
  differences: Set<LogDifference>,
): string | undefined {
  let at = 0;
  let ownAt = 0;
  while (at < c.length || ownAt < ours.length) {
    const theirs = c[at];
    const own = ours[ownAt];
    const isMeant = (one: LogDifference): boolean => (one.c ?? theirs) === theirs && (one.ours ?? own) === own;
    const difference = theirs === own ? undefined : [...differences].find(isMeant);
    if (theirs !== own && difference === undefined) return `  C    ${theirs ?? '(end)'}\n  ours ${own ?? '(end)'}`;
    if (difference !== undefined) differences.delete(difference);
    if (difference === undefined || difference.c !== undefined) at += 1;
    if (difference === undefined || difference.ours !== undefined) ownAt += 1;
  }
  return undefined;
}
