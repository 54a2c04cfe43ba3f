// Who is connected: here, and on hosts whose reports are at hand.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { workspaceRoot } from '@pure-ftpd/workspace';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { readGolden } from '../support/golden.ts';
import { SESSIONS } from '../support/planned-session.ts';
import { ScoreboardPlace } from '../support/scoreboard-place.ts';
import { pureFtpctl, shell } from './pure-ftpctl.ts';

const PROGRAM = join(workspaceRoot, 'node_modules', '.bin', 'pure-ftpctl');
const TERMINAL = join(import.meta.dirname, '..', 'interop', 'scoreboard', 'terminal.py');

let folder: TempFolder;
beforeEach(() => {
  folder = tempFolder();
});
afterEach(() => folder.remove());

function report(name: string, ...sample: readonly string[]): string {
  writeFileSync(folder.file(name), readGolden('ftpwho', ...sample), 'latin1');
  return folder.file(name);
}

describe('reports of other hosts', () => {
  test('are one table, which names the server of each session', () => {
    const reports = [report('a.xml', '17-several', 'xml-n.out'), report('b.xml', '13-odd-characters', 'xml.out')];
    const { status, stdout, stderr } = pureFtpctl('sessions', ...reports.flatMap((path) => ['--from', path]));
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/Account +│ Client +│ Server +│ State +│ File +│ Progress +│ +Rate │ +Left │ +Time/);
    expect(stdout).toMatch(/│ dl +│ [\d.]+ +│ [\d.]+ +│ ↓ down +│ big\.iso +│ [^│]+ 1% +│/);
    expect(stdout).toContain('ftp.example.org');
    expect(stdout).not.toContain('\u001B');
  });

  test('are one JSON, and one page', () => {
    const reports = [
      '--from',
      report('a.xml', '17-several', 'xml-n.out'),
      '--from',
      report('b.xml', '13-odd-characters', 'xml.out'),
    ];
    const { sessions, totals } = JSON.parse(pureFtpctl('sessions', '--json', ...reports).stdout);
    expect(totals.sessions).toBe(5);
    expect(sessions.map(({ account }: { account: string }) => account)).toContain(`o|dd\\<u&"ser>'s`);
    const page = pureFtpctl('sessions', '--page', ...reports).stdout;
    expect(page).toMatch(/^<!DOCTYPE html>/);
    expect(page.match(/<tr role="row" class=/g)).toHaveLength(5);
  });

  test('may come from standard input', () => {
    const path = report('a.xml', '17-several', 'xml-n.out');
    const { stdout } = shell('pure-ftpctl sessions --json --from - < "$1"', path);
    expect(JSON.parse(stdout).totals.sessions).toBe(4);
  });

  test('that are none are told in one line', () => {
    writeFileSync(folder.file('none.xml'), '<status>\n');
    expect(pureFtpctl('sessions', '--from', folder.file('none.xml'))).toEqual({
      status: 3,
      stdout: '',
      stderr: expect.stringMatching(/^pure-ftpctl: \S+\/none\.xml: no XML: [^\n]+\n$/),
    });
  });

  test('are no terminal for top', () => {
    expect(pureFtpctl('top')).toEqual({ status: 3, stdout: '', stderr: 'pure-ftpctl: top needs a terminal\n' });
  });

  test('are shown in one format', () => {
    expect(pureFtpctl('sessions', '--json', '--page')).toMatchObject({
      status: 2,
      stderr: 'pure-ftpctl: choose one of --json and --page (--help)\n',
    });
  });
});

describeWith(['root', 'python3'], 'the sessions of this machine', () => {
  let place: ScoreboardPlace;
  beforeAll(async () => {
    place = await ScoreboardPlace.start();
  });
  afterAll(() => place?.[Symbol.asyncDispose]());

  test('are nobody, then a table; one that a report has beside them is in the same', async () => {
    expect(await place.run([PROGRAM, 'sessions'])).toEqual({ status: 0, stdout: 'Nobody is connected.\n', stderr: '' });
    await place.serve(SESSIONS);
    const own = JSON.parse((await place.run([PROGRAM, 'sessions', '--json', '-n'])).stdout);
    expect(own.totals.sessions).toBe(SESSIONS.length);
    const path = report('a.xml', '17-several', 'xml-n.out');
    const both = await place.run([PROGRAM, 'sessions', '--json', '-n', '--scoreboard', '--from', path]);
    expect(JSON.parse(both.stdout).totals.sessions).toBe(SESSIONS.length + 4);
    const { stdout } = await place.run([PROGRAM, 'sessions', '-n']);
    expect(Buffer.from(stdout, 'latin1').toString()).toMatch(/down .*↓ down.*\/big\.iso.*█+.*░+ +33%/);
  });

  test('are shown again and again by top, with those of a report that is read anew', async () => {
    const steps = [
      ['wait', 'q: quit'],
      ['key', 'q'],
    ];
    const path = report('a.xml', '17-several', 'xml-n.out');
    const words = ['top', '-n', '--scoreboard', '--from', path];
    const command = ['/usr/bin/python3', TERMINAL, JSON.stringify(steps), PROGRAM, ...words];
    const { stdout } = await place.run(command, { TERM: 'xterm-256color' });
    const { status, output, restored } = JSON.parse(stdout);
    expect({ status, restored }).toEqual({ status: 0, restored: true });
    expect(Buffer.from(output, 'latin1').toString()).toContain(`${SESSIONS.length + 4} sessions`);
  });
});
