// The server on a machine without native calls: what it refuses, and that all the rest is as everywhere. A switch takes them away.
import { execFile } from 'node:child_process';
import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { peerPath, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { soak } from '@pure-ftpd/testing';
import { workspaceRoot } from '@pure-ftpd/workspace';
import { describe, expect, test } from 'vitest';

import { Daemon, PASSWORD, servedAs } from './support/daemon.ts';
import { runProgram } from './support/program.ts';
import { createUserDatabase } from './support/user-database.ts';

const OFF = { PURE_FTPD_NATIVE: 'off' };
const REASON = 'native calls are off (PURE_FTPD_NATIVE)';

const { uid, gid } = servedAs();

function program(name: string, ...words: readonly string[]): ReturnType<typeof runProgram> {
  return runProgram(join(workspaceRoot, 'node_modules/.bin', name), words, { env: { ...OFF, PURE_FTPD_SOURCES: '1' } });
}

describe('what needs native calls is refused in one line', () => {
  const identity = process.getuid?.() === 0 ? ['--user', `${uid}:${gid}`] : [];

  test.each<[refused: string, ...words: string[]]>([
    ['-l unix', '-l', 'unix'],
    ['--quota, --upload-script', '-l', 'puredb:/none', '-n', '10:2', '-o'],
    ['--upload-journal', '-l', 'puredb:/none', '--upload-journal', '/none'],
    ['--control', '-l', 'puredb:/none', '--control', '/none'],
  ])('%s', async (refused, ...words) => {
    const { status, stderr } = await program('pure-ftpd', '-S', '127.0.0.1,0', ...identity, ...words);
    expect(stderr).toBe(`pure-ftpd: ${refused} cannot be had here: ${REASON}\n`);
    expect(status).toBe(1);
  });

  test.skipIf(process.getuid?.() !== 0)('a process for each identity', async () => {
    const { status, stderr } = await program('pure-ftpd', '-S', '127.0.0.1,0', '-l', 'puredb:/none');
    expect(stderr).toMatch(/^pure-ftpd: rights cannot be separated here .*: give --user\n$/);
    expect(status).toBe(1);
  });

  test.each([
    ['pure-authd', '-s', '/none', '-r', '/none'],
    ['pure-uploadscript', '-r', '/none'],
    ['pure-quotacheck', '-u', '3001', '-g', '3001', '-d', '/'],
  ])('%s', async (name, ...words) => {
    const { status, stderr } = await program(name, ...words);
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(status).not.toBe(0);
  });
});

describeWith(['curl'], 'a server without native calls', () => {
  test('says so in its log, and an account with a quota reads, but stores nothing', async () => {
    using folder = tempFolder();
    const home = folder.file('home');
    mkdirSync(home);
    chownSync(home, uid, gid);
    writeFileSync(join(home, 'there'), 'content');
    const user = { login: 'limited', password: PASSWORD, uid, gid, home, maxFiles: 10 };
    const database = await createUserDatabase(folder.path, [user]);
    await using daemon = await Daemon.start({ env: OFF, args: ['-l', `puredb:${database}`] });
    expect(daemon.output).toContain(`[NOTICE] ${REASON}`);
    const url = `ftp://limited:${PASSWORD}@127.0.0.1:${daemon.port}`;
    const curl = (...words: readonly string[]): ReturnType<typeof runProgram> =>
      runProgram(peerPath('curl'), ['--disable', '--silent', '--show-error', ...words], { cwd: folder.path });
    expect((await curl(`${url}/there`)).stdout).toBe('content');
    expect((await curl('--list-only', `${url}/`)).stdout).toBe('.\n..\nthere\n');
    const upload = await curl('--upload-file', '/etc/hostname', `${url}/`);
    expect(upload.status, upload.stderr).not.toBe(0);
    expect((await curl('--list-only', `${url}/`)).stdout).toBe('.\n..\nthere\n');
    expect(daemon.output).toContain(`.ftpquota cannot be locked: ${REASON}`);
  });
});

/** Tests of other files, with the switch. */
const AGAIN: readonly (readonly [what: string, least: number, files: readonly string[], names: string])[] = [
  [
    'the jail',
    150,
    ['jail', 'jail-directory', 'virtual-chroot', 'jail-race'].map((name) => `libs/jail/src/${name}.test.ts`),
    // Of the race: not that a weak jail loses it.
    '^(?!.*the race can be lost)',
  ],
  ['the protocol', 18, ['libs/server/src/transfer.test.ts', 'libs/server/src/listing.test.ts'], ''],
  [
    'clients',
    8,
    ['test/clients/curl.test.ts', 'test/clients/lftp.test.ts'],
    soak('transfers a file both ways, over IPv4|makes and removes|resumes a[^n]|TLSv1.3 transfers|TLSv1.3 lists', ''),
  ],
];

const run = promisify(execFile);

describe('with native calls taken away', () => {
  test.each(AGAIN)('the tests of %s pass', async (_what, least, files, names) => {
    using folder = tempFolder();
    const report = folder.file('report.json');
    const vitest = join(workspaceRoot, 'node_modules/vitest/vitest.mjs');
    const words = ['run', '--reporter=json', `--outputFile=${report}`, '--testNamePattern', names, ...files];
    const said = await run(process.execPath, [vitest, ...words], {
      cwd: workspaceRoot,
      env: { ...process.env, ...OFF },
      maxBuffer: Infinity,
    }).catch((error: unknown) => error);
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
    expect(numFailedTests, String(said)).toBe(0);
    expect(numPassedTests).toBeGreaterThanOrEqual(least);
  });
});
