// The real program with a configuration file.
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { makeCertificate } from '@pure-ftpd/x509';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { asUser, pidFileOf, Place, runProgram, RunningDaemon } from './testing/running-daemon.ts';

let place: Place;
let file: string;

beforeAll(async () => {
  place = new Place();
  file = path.join(place.folder, 'pure-ftpd.conf');
  await place.users({ alice: 'HOME' });
});
afterAll(() => place.remove());

function write(...lines: string[]): void {
  const [, user] = asUser();
  const common = ['Bind 127.0.0.1,0', `PureDB ${place.database}`, `PIDFile ${pidFileOf(place)}`, 'NoAnonymous yes'];
  writeFileSync(file, [...common, ...(user === undefined ? [] : [`User ${user}`]), ...lines].join('\n'));
}

test.each([
  ['yes', '"/"'],
  ['no', '"PLACE/home"'],
])('a server runs as the file says: ChrootEveryone %s', async (value, directory) => {
  write(`ChrootEveryone ${value}`);
  const daemon = await RunningDaemon.startWith(place, [file]);
  try {
    const client = await daemon.session('alice');
    expect((await client.command('PWD')).text).toContain(directory.replace('PLACE', place.folder));
    client.close();
  } finally {
    await daemon.stop();
  }
});

test('an error is one line with file and line, and status 252; so says --check-config', async () => {
  write('MaxClientsNumber many');
  const line = asUser().length === 0 ? 5 : 6;
  for (const words of [[file], ['--check-config', file]]) {
    expect(await runProgram(words)).toMatchObject({
      status: 252,
      out: '',
      err: `pure-ftpd: ${file}:${line}: MaxClientsNumber "many": a number is expected\n`,
    });
  }
});

test('--check-config says ok, and the command line that the file stands for, and starts nothing', async () => {
  write('MaxClientsNumber 3', 'ChrootEveryone yes');
  const { status, out, err } = await runProgram(['--check-config', file]);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(out).toMatch(/^# .*pure-ftpd\.conf: ok\npure-ftpd \\\n {2}--bind=127\.0\.0\.1,0 \\\n/);
  expect(out).toMatch(/ {2}--maxclientsnumber=3 \\\n {2}--chrooteveryone\n$/);
});

/** What --check-config and a start say of a file with these lines behind the common ones, without the name of the file. */
async function said(...lines: string[]): Promise<{ readonly check: string[]; readonly start: string[] }> {
  write(...lines);
  const [check, start] = await Promise.all([['--check-config', file], [file]].map((words) => runProgram(words)));
  expect(check).toMatchObject({ status: 252, out: '' });
  expect(start?.status).not.toBe(0);
  const first = asUser().length === 0 ? 5 : 6;
  const [of, at] = [check, start].map((run) =>
    (run?.err ?? '')
      .trimEnd()
      .split('\n')
      .map((line) =>
        line
          .replaceAll(place.folder, 'FOLDER')
          .replace(/^pure-ftpd: FOLDER\/pure-ftpd\.conf:(\d+): /, (_, number) => `${Number(number) - first + 1}: `),
      ),
  );
  return { check: of ?? [], start: at ?? [] };
}

test('--check-config tells all that is wrong, each with its line and remedy; a start tells the first', async () => {
  const { check, start } = await said(
    'UseFtpUsers yes',
    'MaxClientsNumber many',
    'FileSystemCharset UTF-16',
    'MaxIdelTime 15',
    'MySQLConfigFile /etc/mysql.conf',
    'PassivePortRange 80 90',
  );
  expect(check).toEqual([
    '1: unknown key: UseFtpUsers: a key of ProFTPD: delete the line; MinUID keeps the accounts of the system out',
    '2: MaxClientsNumber "many": a number is expected',
    expect.stringMatching(/^3: FileSystemCharset: -8 "UTF-16": a character set such as UTF-8, .* is expected$/),
    '4: unknown key: MaxIdelTime (MaxIdleTime is meant?)',
    expect.stringMatching(/^5: MySQLConfigFile: -l: /),
    expect.stringMatching(/^6: PassivePortRange: -p /),
  ]);
  expect(start).toEqual(check.slice(0, 1));
});

test.each<[what: string, lines: string[], problem: RegExp]>([
  [
    'a certificate without a key',
    ['TLS 2', 'CertFile FOLDER/alone.pem'],
    /^2: CertFile: TLS needs a certificate: .*alone\.pem/,
  ],
  [
    'no certificate at all',
    ['CertFile FOLDER/missing.pem', 'TLS 1'],
    /^1: CertFile: TLS needs a certificate: .*; to make one/,
  ],
  [
    'cipher suites that are none',
    ['TLS 1', 'CertFile FOLDER/good.pem', 'TLSCipherSuite NOTHING'],
    /^3: TLSCipherSuite: -J: /,
  ],
  ['a port that is none', ['Bind 127.0.0.1,nonsense'], /^1: Bind: no such port: nonsense/],
  [
    'a log that cannot be written',
    ['LogFile FOLDER/missing/log'],
    /^1: logfile: --log-file: No such file or directory/i,
  ],
  ['TLS from the first byte without TLS', ['TLS 0', 'ImplicitTLS 9990'], /^2: implicittls: --implicit-tls needs TLS/i],
])('--check-config finds what the start would refuse: %s', async (_, lines, problem) => {
  const { certificate, key } = makeCertificate({ names: ['localhost'] });
  writeFileSync(path.join(place.folder, 'alone.pem'), certificate);
  writeFileSync(path.join(place.folder, 'good.pem'), certificate + key);
  const { check } = await said(...lines.map((line) => line.replace('FOLDER', place.folder)));
  expect(check).toEqual([expect.stringMatching(problem)]);
});

test('--check-config warns of a database that is not there, which a start takes', async () => {
  write(`PureDB ${place.folder}/missing.pdb`);
  const { status, out, err } = await runProgram(['--check-config', file]);
  expect(status).toBe(0);
  expect(out).toContain(': ok\n');
  expect(err).toMatch(
    /^pure-ftpd: .*pure-ftpd\.conf:\d+: PureDB: .*missing\.pdb.*: only accounts of puredb:.* can log in until it can be read\n$/,
  );
});
