// Transfer logs of the C daemon and of ours, and the programs that read them.
import { mkdirSync, readFileSync, renameSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type PeerName, peerPath, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { RawClient, untilTrue } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';
import { runProgram } from '../support/program.ts';
import { c, ours, type Side } from '../support/programs.ts';
import { logLines, type LoggingDaemon, startLogging } from './log/logging-daemon.ts';
import { BROKEN_UPLOADS, transferSession, TRANSFERS } from './log/transfer-session.ts';

const FORMATS = ['clf', 'stats', 'w3c', 'xferlog'] as const;
type Format = (typeof FORMATS)[number];

/** Lines of the session: ours has none in `stats` of an upload of which nothing is stored. */
function linesOf(side: Side, format: Format): number {
  return side.name === 'ours' && format === 'stats' ? TRANSFERS - BROKEN_UPLOADS : TRANSFERS;
}

/** What the C server says of transfers that broke, as ours does: nothing of the uploads is stored. */
const BROKEN: Readonly<Record<Format, readonly (readonly [pattern: RegExp, shown: string])[]>> = {
  clf: [
    [/(\/big\.bin") 200 /g, '$1 426 '],
    [/(\/(?:reset|aborted|dropped)\.bin") 200 \d+$/gm, '$1 426 0'],
  ],
  w3c: [
    [/(\/big\.bin) 226 /g, '$1 426 '],
    [/(\/(?:reset|aborted|dropped)\.bin) 226 (\S+) \d+$/gm, '$1 426 $2 0'],
  ],
  stats: [[/^.*\/(?:reset|aborted|dropped)\.bin\n/gm, '']],
  xferlog: [
    [/(\/big\.bin .*) c$/gm, '$1 i'],
    [/ \d+( \S+\/(?:reset|aborted|dropped)\.bin .*) c$/gm, ' 0$1 i'],
  ],
};

/** What the session leaves in a log of each format. */
async function logged(side: Side, formats: readonly Format[], separated = false): Promise<Map<Format, string>> {
  using folder = tempFolder();
  const path = (format: Format): string => folder.file(format);
  await using daemon = await startLogging(side, {
    logs: formats.map((format) => `${format}:${path(format)}`),
    separated,
  });
  await transferSession(daemon.port, 'alice', daemon.home);
  const texts = new Map<Format, string>();
  for (const format of formats) {
    await untilTrue('every line is there', () => logLines(path(format)).length >= linesOf(side, format));
    texts.set(format, readFileSync(path(format), 'latin1').replaceAll(daemon.home, '/srv'));
  }
  return texts;
}

/** What nobody can foresee, in a log of each format: times, sessions, durations, and how far a download came. */
const UNFORESEEN: Readonly<Record<Format, readonly (readonly [pattern: RegExp, shown: string])[]>> = {
  clf: [
    [/\[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d ([+-]\d{4})\]/g, '[TIME $1]'],
    [/(\/big\.bin" \d+) \d+$/gm, '$1 PART'],
  ],
  w3c: [
    [/^(#Software: |#Date: ).*$/gm, '$1'],
    [/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d /gm, 'TIME '],
    [/(\/big\.bin \d+ alice) \d+$/gm, '$1 PART'],
  ],
  stats: [
    [/^\d{10} [\da-f]{8}\.[\da-f]+ (\S+ \S+ [UD] \d+) \d+ /gm, 'TIME SESSION $1 SECONDS '],
    [/ \d+( SECONDS \/srv\/big\.bin)$/gm, ' PART$1'],
  ],
  xferlog: [
    [/^\w{3} \w{3} \d\d \d\d:\d\d:\d\d \d{4} \d+ /gm, 'TIME SECONDS '],
    [/ \d+ (\/srv\/big\.bin )/g, ' PART $1'],
  ],
};

function comparable(format: Format, text: string): string {
  const unique = text.replaceAll(/pureftpd\.[\da-f]{8}\.[\da-f]{2}\.[\da-f]{4}/g, 'UNIQUE');
  const shown = UNFORESEEN[format].reduce((before, [pattern, after]) => before.replaceAll(pattern, after), unique);
  // An upload whose client has left is over when it has been silent for a while.
  return shown.split('\n').toSorted().join('\n');
}

/** Uploads files one after the other, each with a byte. */
async function upload({ port }: LoggingDaemon, names: readonly string[]): Promise<void> {
  const client = await RawClient.login(port, 'alice', 'golden');
  await client.command('TYPE I');
  for (const name of names) await client.transmit(`STOR ${name}`, 'x');
  await client.command('QUIT');
  client.close();
}

function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}

describeWith(['root', 'pure-ftpd'], 'transfer logs (-O) beside the C daemon', () => {
  test('are the same for the same transfers, in every format', async () => {
    const own = await logged(ours, FORMATS);
    const separated = await logged(ours, FORMATS, true);
    for (const format of FORMATS) {
      // The C daemon has one log at a time.
      const all = (await logged(c, [format])).get(format) ?? '';
      const theirs = comparable(
        format,
        BROKEN[format].reduce((before, [pattern, after]) => before.replaceAll(pattern, after), all),
      );
      expect(theirs.split('\n').length).toBeGreaterThan(linesOf(ours, format));
      expect(comparable(format, own.get(format) ?? '')).toBe(theirs);
      expect(comparable(format, separated.get(format) ?? '')).toBe(theirs);
    }
  });

  test('in one file have every line of both, whole', async () => {
    using folder = tempFolder();
    const path = folder.file('log');
    const logs = [`clf:${path}`];
    await using theirs = await startLogging(c, { logs });
    await using own = await startLogging(ours, { logs });
    await using separated = await startLogging(ours, { logs, separated: true });
    const writers = [theirs, own, separated].flatMap((daemon, at) =>
      names(`d${at}`, 3).map((prefix) => ({ daemon, names: names(prefix, 25) })),
    );
    await Promise.all(writers.map((writer) => upload(writer.daemon, writer.names)));
    await untilTrue('every line is there', () => logLines(path).length >= writers.length * 25);
    const logged = logLines(path).map(
      (line) => /^127\.0\.0\.1 - alice \[.{26}\] "PUT \S+\/(\S+)" 200 1$/.exec(line)?.[1],
    );
    expect(new Set(logged)).toEqual(new Set(writers.flatMap((writer) => writer.names)));
    expect(logged).toHaveLength(writers.length * 25);
  });

  test("are root's and nobody else's, go on after a rotation, and never through a link", async () => {
    for (const separated of [true, false]) {
      using folder = tempFolder();
      const path = folder.file('log');
      const link = folder.file('link');
      symlinkSync(folder.file('elsewhere'), link);
      await using daemon = await startLogging(ours, { logs: [`json:${path}`, `clf:${link}`], separated });
      const { mode, uid } = statSync(path);
      expect({ mode: mode & 0o7777, uid }).toEqual({ mode: 0o600, uid: 0 });
      expect(daemon.output()).toContain(`[ERROR] altlog ${link}: Too many levels of symbolic links`);
      await upload(daemon, ['one']);
      await untilTrue('it is logged', () => logLines(path).length === 1);
      expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
        user: 'alice',
        host: '127.0.0.1',
        address: '127.0.0.1',
        direction: 'upload',
        path: join(daemon.home, 'one'),
        bytes: 1,
        type: 'binary',
        complete: true,
        tls: false,
      });
      renameSync(path, `${path}.1`);
      await upload(daemon, ['two']);
      // Without root the file that is open goes on being written.
      const rotated = separated ? path : `${path}.1`;
      await untilTrue('it is logged', () => logLines(rotated).at(-1)?.includes('/two"') === true);
    }
  });
});

/** Hits, files, sites, bytes and so on, as a program counts them in a log. */
async function count(
  program: PeerName & ('webalizer' | 'awffull'),
  format: 'clf' | 'ftp',
  log: string,
): Promise<string> {
  using folder = tempFolder();
  const output = folder.file('output');
  mkdirSync(output);
  const args = ['-c', '/dev/null', '-n', 'host', '-F', format, '-o', output, log];
  const { status, output: said } = await runProgram(peerPath(program), args, { cwd: folder.path });
  if (status !== 0) throw new Error(said);
  // Its first line has the time of the count.
  const history = readFileSync(join(output, `${program}.hist`), 'latin1').replace(/^#.*/gm, '');
  return `${history}${/\d+ records.*?(?= in )/.exec(said)?.[0] ?? ''}`;
}

describeWith(['root', 'pure-ftpd', 'webalizer', 'awffull'], 'programs that read transfer logs', () => {
  test('count in ours what they count in that of the C daemon', async () => {
    using folder = tempFolder();
    const path = (side: Side, format: string): string => folder.file(`${side.name}-${format}`);
    const uploads = names('file', 20);
    for (const format of ['clf', 'xferlog']) {
      for (const side of [c, ours]) {
        await using daemon = await startLogging(side, { logs: [`${format}:${path(side, format)}`] });
        await upload(daemon, uploads);
        await untilTrue('every line is there', () => logLines(path(side, format)).length === uploads.length);
      }
      const kind = format === 'clf' ? 'clf' : 'ftp';
      for (const program of ['webalizer', 'awffull'] as const) {
        const own = await count(program, kind, path(ours, format));
        expect(own).toBe(await count(program, kind, path(c, format)));
        expect(own).toMatch(/(?:^| )20 20 /m);
      }
    }
  });
});
