// The stock filter of fail2ban on what the C daemon and ours log: whom it would ban.
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { peerPath, startServer, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { buildDatabase } from '@pure-ftpd/puredb';
import { RawClient, untilTrue } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';
import { etcFolder } from '../support/etc.ts';
import { runProgram } from '../support/program.ts';
import { c, ours, type Side } from '../support/programs.ts';
import { daemonCommand } from '../support/servers.ts';
import { syslogLines, withSyslog } from '../support/syslog.ts';
import { HASH } from './log/logged-sections.ts';

/** What would match the filter, for somebody else, if a name could pass for the beginning of a line. */
const FORGED = 'x@203.0.113.9) [WARNING] Authentication failed for user [y';

/** Who fails to log in, as often as they do. */
const EVERYBODY = ['127.0.0.5', '127.0.0.5', '127.0.0.6', '127.0.0.7', '127.0.0.8', '127.0.0.9'];

interface Logs {
  /** As rsyslog writes it. */
  readonly syslog: string;
  /** What `--log-file` made; empty where there is none. */
  readonly file: string;
}

/** Fails to log in, once for each of {@link EVERYBODY}. */
async function failToLogIn(port: number): Promise<void> {
  const attempt = async (localAddress: string, user: string, tries: number): Promise<void> => {
    const client = await RawClient.connect(port, '127.0.0.1', localAddress);
    await client.reply();
    for (let count = 0; count < tries; count += 1) {
      await client.command(`USER ${user}`);
      await client.command('PASS wrong');
    }
    client.close();
  };
  /** Who does not wait for the answer has tried as well. */
  const impatient = async (localAddress: string): Promise<void> => {
    const client = await RawClient.connect(port, '127.0.0.1', localAddress);
    await client.reply();
    await client.command('USER alice');
    client.send('PASS wrong\r\n');
    await once(client.socket.end(), 'finish');
  };
  await Promise.all([
    attempt('127.0.0.5', 'alice', 2),
    attempt('127.0.0.6', 'nobodyhere', 1),
    attempt('127.0.0.7', FORGED, 1),
    attempt('127.0.0.8', 'a [b] ünï@c', 1),
    impatient('127.0.0.9'),
  ]);
}

/** A user who logs in, and renames a file to a name that is made for the filter. */
async function forge(port: number): Promise<void> {
  const client = await RawClient.login(port, 'alice', 'golden');
  await client.transmit('STOR file', 'x');
  await client.command('RNFR file');
  await client.command(`RNTO ${FORGED}`);
  await client.command(`CWD ${FORGED}`);
  await client.command('QUIT');
  client.close();
}

/** What a daemon logs of these clients. */
async function logOf(side: Side, separated: boolean, forging: boolean): Promise<Logs> {
  using folder = tempFolder();
  const home = folder.file('home');
  mkdirSync(home);
  chownSync(home, 3001, 3001);
  writeFileSync(folder.file('text'), `alice:${HASH}:3001:3001::${home}/./::::::::::::\n`);
  await buildDatabase(folder.file('text'), folder.file('db'));
  chownSync(folder.file('db'), 3001, 3001);
  using etc = etcFolder();
  const own = side.name === 'ours' ? ['-f', 'ftp', '--log-file', folder.file('log')] : [];
  const args = ['-l', `puredb:${folder.file('db')}`, '-E', '-H', ...own];
  await using server = await startServer(
    (port) => withSyslog(folder.file('syslog'), daemonCommand(side, `127.0.0.1,${port}`, { args, separated })),
    { etcDir: etc.path, env: { TZ: 'UTC' } },
  );
  if (forging) await forge(server.port);
  const failures = (): number =>
    syslogLines(folder.file('syslog')).filter((line) => line.includes('[WARNING] Authentication failed for user ['))
      .length;
  const before = failures();
  await failToLogIn(server.port);
  await untilTrue('all failures are logged', () => failures() >= before + EVERYBODY.length);
  const syslog = syslogLines(folder.file('syslog')).map((line) => line.replace(/^<\d+>(.{15}) /, '$1 host '));
  const file = existsSync(folder.file('log')) ? readFileSync(folder.file('log'), 'latin1') : '';
  return { syslog: `${syslog.join('\n')}\n`, file };
}

/** Whom the stock filter finds in a log, as often as it does. */
async function found(log: string): Promise<string[]> {
  using folder = tempFolder();
  writeFileSync(folder.file('log'), log, 'latin1');
  const program = peerPath('fail2ban-regex');
  const root = join(dirname(program), '..', '..');
  const settings = ['-c', join(root, 'etc', 'fail2ban'), '-e', 'latin-1', '-o', 'ip'];
  const { stdout, output } = await runProgram(
    peerPath('python3'),
    [program, ...settings, folder.file('log'), join(root, 'etc', 'fail2ban', 'filter.d', 'pure-ftpd.conf')],
    { cwd: folder.path, env: { PYTHONPATH: join(root, 'usr', 'lib', 'python3', 'dist-packages') } },
  );
  const addresses = stdout.split('\n').filter((line) => line !== '');
  if (!addresses.every((address) => /^[\d.]+$/.test(address))) throw new Error(output);
  return addresses.toSorted((one, other) => one.localeCompare(other));
}

describeWith(['root', 'pure-ftpd', 'python3', 'fail2ban-regex'], 'fail2ban', () => {
  test('bans by our log whom it bans by that of the C daemon', async () => {
    const [theirs, own, separated] = await Promise.all([
      logOf(c, false, false),
      logOf(ours, false, false),
      logOf(ours, true, false),
    ]);
    expect(await found(theirs.syslog)).toEqual(EVERYBODY);
    expect(await found(own.syslog)).toEqual(EVERYBODY);
    expect(await found(separated.syslog)).toEqual(EVERYBODY);
    expect(await found(own.file)).toEqual(EVERYBODY);
  });

  test('is told whom to ban by no name of a file', async () => {
    const [theirs, own] = await Promise.all([logOf(c, false, true), logOf(ours, true, true)]);
    expect(await found(own.syslog)).toEqual(EVERYBODY);
    expect(await found(own.file)).toEqual(EVERYBODY);
    // By the log of the C daemon it is.
    expect(await found(theirs.syslog)).toContain('203.0.113.9');
  });
});
