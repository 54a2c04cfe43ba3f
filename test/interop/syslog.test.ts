// What the C daemon and ours write to the system's log of the same sessions: the same, but for times, rates and ports.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startServer, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { buildDatabase } from '@pure-ftpd/puredb';
import { untilTrue } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';
import { parseScript, type Section } from '../support/differential.ts';
import { etcFolder } from '../support/etc.ts';
import { c, ours, type Side } from '../support/programs.ts';
import { daemonCommand } from '../support/servers.ts';
import { syslogLines, withSyslog } from '../support/syslog.ts';
import {
  compareLogs,
  HASH,
  type LogDifference,
  type LoggedSection,
  type LoggingOptions,
  logSections,
} from './log/logged-sections.ts';

function readScript(name: string): Section[] {
  return parseScript(readFileSync(join(import.meta.dirname, 'replies', name), 'latin1'));
}

const script = readScript('commands.txt');
const publicScript = readScript('anonymous.txt');

/** Where ours logs otherwise, and why. */
const differences: readonly LogDifference[] = [
  {
    section: 'before login',
    ours: '95 (?@127.0.0.1) [DEBUG] Command [abor] []',
    reason: 'Telnet signals before a verb are taken out: C ignores the line',
  },
  {
    section: 'anonymous is not served',
    ours: '95 (?@127.0.0.1) [DEBUG] Command [noop] []',
    reason: 'the client may log in as somebody else: C ends the session',
  },
  {
    section: 'anonymous is not served',
    ours: '94 (?@127.0.0.1) [INFO] Logout.',
    reason: 'and its end is told',
  },
  {
    section: 'no name',
    c: '91 (?@127.0.0.1) [ERROR] Unable to set up secure anonymous FTP',
    ours: '94 (?@127.0.0.1) [INFO] Logout.',
    reason: 'C takes USER without a name for an anonymous login',
  },
  {
    section: 'folders',
    c: "91 (user9@127.0.0.1) [ERROR] Can't remove directory: Invalid argument",
    ours: "91 (user9@127.0.0.1) [ERROR] Can't remove directory: Directory not empty",
    reason: 'RMD . is RMD of the directory that is meant',
  },
];

const inHome = (fields = '::::::::::::'): string => `${HASH}:3001:3001::HOME/./${fields}`;

async function both(
  sections: readonly Section[],
  options: LoggingOptions,
): Promise<[LoggedSection[], LoggedSection[]]> {
  const run = (side: Side): Promise<LoggedSection[]> => logSections(side, sections, options);
  return Promise.all([run(c), run(ours)]);
}

/** What the first section logged, joined. */
function text([section]: readonly LoggedSection[]): string {
  return (section?.lines ?? []).join('\n');
}

/** Datagrams as they are. */
async function frames(side: Side, ...args: string[]): Promise<string> {
  return text(await logSections(side, SHORT, { args: ['-H', ...args], record: inHome(), raw: true }));
}

const SHORT: readonly Section[] = [
  { name: 'short', lines: ['USER {user}', 'PASS golden', 'TYPE I', 'EPSV', 'STOR up', 'DELE up', 'QUIT'] },
];

describeWith(['root', 'pure-ftpd', 'python3'], "the system's log beside the C daemon", () => {
  test('of every line of commands.txt (-d)', async () => {
    const [theirs, own] = await both(script, { args: ['-H', '-d'], record: inHome() });
    expect(compareLogs(theirs, own, differences)).toEqual([]);
  });

  test('of every line of anonymous.txt', async () => {
    const sections = publicScript.filter(({ name }) => !name.includes('only') && !name.includes('aliases'));
    const [theirs, own] = await both(sections, { args: ['-H', '-d'] });
    expect(compareLogs(theirs, own, [])).toEqual([]);
  });

  test('with names of clients, without -H', async () => {
    const [theirs, own] = await both(SHORT, { args: [], record: inHome() });
    expect(compareLogs(theirs, own, [])).toEqual([]);
    expect(text(own)).toContain('New connection from localhost');
  });

  test('where ours has a process for each identity', async () => {
    const [theirs, own] = await both(SHORT, { args: ['-H', '-d', '-E'], record: inHome(), separated: true });
    expect(compareLogs(theirs, own, [])).toEqual([]);
  });

  test('in the background it is where the log goes', async () => {
    using folder = tempFolder();
    using etc = etcFolder();
    const file = folder.file('log');
    await buildDatabase('/dev/null', folder.file('db'));
    // The server leaves its starter, which stays for the test to end it.
    const staying = ['sh', '-c', '"$@" && exec sleep 3600', 'sh'];
    await using _server = await startServer(
      (port) =>
        withSyslog(file, [
          ...staying,
          ...daemonCommand(ours, `127.0.0.1,${port}`, { args: ['-B', '-H', '-l', `puredb:${folder.file('db')}`] }),
        ]),
      { etcDir: etc.path },
    );
    await untilTrue('it is logged', () => syslogLines(file).join('\n').includes('(?@127.0.0.1) [INFO] New connection'));
    expect(syslogLines(file).every((line) => /^<9[1-5]>.{15} pure-ftpd: \(/.test(line))).toBe(true);
  });

  test('with another facility (-f), or the process id (-1)', async () => {
    for (const args of [['-f', 'LOCAL3'], ['-1'], ['-f', 'authpriv', '-1']]) {
      const [theirs, own] = await Promise.all([frames(c, ...args), frames(ours, ...args)]);
      expect(own).toBe(theirs);
    }
  });

  test('of roots without a jail, and of homes below one', async () => {
    const lines = [
      'USER {user}',
      'PASS golden',
      'TYPE I',
      'EPSV',
      'RETR file.txt',
      'CWD sub',
      'EPSV',
      'RETR ./inner.txt',
    ];
    const sections = [{ name: 'roots', lines: [...lines, 'DELE ../sub/inner.txt', 'QUIT'] }];
    for (const record of [inHome().replace('HOME/./', 'HOME'), inHome().replace('HOME/./', '/tmp/./HOME/../HOME')]) {
      const [theirs, own] = await both(sections, { args: ['-H', '-E'], record });
      expect(compareLogs(theirs, own, [])).toEqual([]);
    }
  });

  test('of logins that are refused, also by -u', async () => {
    const sections = [{ name: 'refused', lines: ['USER {user}', 'PASS golden', 'QUIT'] }];
    for (const [args, record] of [
      [['-u', '4000'], inHome()],
      [[], `${HASH}:3001:3001::/nonexistent/./::::::::::::`],
      [[], inHome('::::::::::203.0.113.1::')],
    ] as const) {
      const [theirs, own] = await both(sections, { args: ['-H', '-E', '-d', ...args], record });
      expect(compareLogs(theirs, own, [])).toEqual([]);
      expect(text(own)).not.toContain('is now logged in');
    }
  });
});
