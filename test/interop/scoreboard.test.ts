// Who is doing what, in both directions: the C programs see our sessions, ours see those of the C server [spec interop.md
// rows 18 to 25]. The recorded outputs are compared in apps/pure-ftpwho.
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';

import { freePort, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { RawClient, untilTrue } from '@pure-ftpd/testing';
import { afterEach, expect, test } from 'vitest';

import { greets } from '../support/c-server.ts';
import { servedAs } from '../support/daemon.ts';
import { createUserDatabase } from '../support/user-database.ts';
import { c, ours } from '../support/programs.ts';
import type { Outcome } from '../support/private-machine.ts';
import { ScoreboardPlace } from '../support/scoreboard-place.ts';
import { SESSIONS } from '../support/planned-session.ts';

const FORMATS = ['-n', '-v -n', '-s -n', '-x -n', '-p -n', '-W -n', '-c -n', '-s', '-v'];

const BIG = 64 * 2 ** 20;

let place: ScoreboardPlace | undefined;
let folder: TempFolder | undefined;
afterEach(async () => {
  await place?.[Symbol.asyncDispose]();
  folder?.remove();
  place = undefined;
  folder = undefined;
});

/** Decided: a document stays one whatever a name is made of. */
function asInC(stdout: string): string {
  return stdout.replaceAll('&quot;', '"').replaceAll(/ (?:account|file)_encoded="[^"]*"/g, '');
}

/** Runs both programs in one second of the clock, which is in what they print, and expects the same. */
async function expectSame(at: ScoreboardPlace, format: string): Promise<void> {
  const options = format.split(' ');
  let theirs: Outcome | undefined;
  let own: Outcome | undefined;
  for (let attempt = 0; attempt < 10; attempt += 1) {
    own = await at.run([ours.program('pure-ftpwho'), ...options]);
    theirs = await at.run([c.program('pure-ftpwho'), ...options]);
    if (asInC(own.stdout) === theirs.stdout) break;
  }
  expect({ ...own, stdout: asInC(own?.stdout ?? '') }).toEqual(theirs);
}

describeWith(['root', 'pure-ftpwho'], 'sessions of ours', () => {
  test.each(FORMATS)('are shown alike by both programs with %s', async (format) => {
    place = await ScoreboardPlace.start();
    await place.serve(SESSIONS);
    await expectSame(place, format);
  });

  test('are all seen by the C program, with what they do', async () => {
    place = await ScoreboardPlace.start();
    const { pid } = await place.serve(SESSIONS);
    const { stdout } = await place.run([c.program('pure-ftpwho'), '-s', '-n']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(SESSIONS.length);
    expect(lines.every((line) => line.startsWith(`${pid}|`))).toBe(true);
    expect(stdout).toMatch(
      /^\d+\|resumes\|\d+\| DL \|a\/b\|192\.0\.2\.77\|192\.0\.2\.10\|21\|122880\|307200\|40\|\d+$/m,
    );
    expect(stdout).toMatch(/^\d+\|appends\|\d+\| UL \|log\|192\.0\.2\.77\|192\.0\.2\.10\|21\|2148\|0\|0\|\d+$/m);
    expect(stdout).toMatch(/^\d+\|six\|\d+\|IDLE\|\|2001:db8::77\|2001:db8::10\|21\|0\|0\|0\|0$/m);
  });

  test('have entries of the size and name that the C programs look for', async () => {
    place = await ScoreboardPlace.start();
    const { pid } = await place.serve([{ login: 'one' }]);
    const listed = await place.shell("stat -c '%n %s %a %u' /run/pure-ftpd/*");
    expect(listed).toMatch(
      new RegExp(`^/run/pure-ftpd/client-${String(pid).padStart(8, '0')}\\.[0-9a-z]+\\.1 1464 600 0\n$`),
    );
  });

  test('of one process are thousands', async () => {
    place = await ScoreboardPlace.start();
    const at = place;
    await place.serve(Array.from({ length: 2000 }, (_, index) => ({ login: `user${index}` })));
    const both = await Promise.all([c, ours].map(({ program }) => at.run([program('pure-ftpwho'), '-s', '-n'])));
    const users = both.map((outcome) => new Set(outcome.stdout.match(/user\d+/g)).size);
    expect(users).toEqual([2000, 2000]);
  });

  test.each([c, ours])('vanish after kill -9 at the next look of $name', async ({ program }) => {
    place = await ScoreboardPlace.start();
    const sessions = await place.serve(SESSIONS);
    await sessions.kill();
    expect(await place.run([program('pure-ftpwho'), '-s'])).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(await place.shell('ls /run/pure-ftpd')).toBe('');
  });

  test('keep their fields in a shell that reads the short output', async () => {
    place = await ScoreboardPlace.start();
    await place.serve(SESSIONS);
    const script = `"$1" -s -n | while IFS='|' read pid account time state file peer local port current total percent rate; do
      printf '%s\\n' "<$account><$file><$peer><$port><$rate>"; done`;
    const read = await place.shell(script, ours.program('pure-ftpwho'));
    const lines = read.trimEnd().split('\n');
    expect(lines).toHaveLength(SESSIONS.length);
    expect(lines.every((line) => /^<.*><.*><(?:192\.0\.2|2001:db8:):?[\d.:]+><21><\d+>$/.test(line))).toBe(true);
    expect(lines).toContainEqual(expect.stringContaining(`<o|dd\\<u&"ser>'s><we|ird <a&b> "q" 's' \xc3\xa9\xe8 100%>`));
    expect(lines).toContainEqual(expect.stringContaining('<line><a_b_c_[31md_\xff\x80>'));
  });
});

/** A C server on all addresses with the users alice and bob, and a file that is downloaded as long as nobody reads it. */
async function startCServer(...options: readonly string[]): Promise<number> {
  folder = tempFolder();
  const { uid, gid } = servedAs();
  const home = folder.file('home');
  mkdirSync(home);
  chownSync(home, uid, gid);
  writeFileSync(folder.file('home', 'big'), Buffer.alloc(BIG));
  const users = ['alice', 'bob'].map((login) => ({ login, password: 'secret', uid, gid, home }));
  const database = await createUserDatabase(folder.path, users);
  const port = await freePort();
  const rest = ['-l', `puredb:${database}`, '-A', '-E', '-H', ...options];
  place = await ScoreboardPlace.start([c.program('pure-ftpd'), '-S', `,${port}`, ...rest]);
  await untilTrue('the C server greets', () => greets(port, '127.0.0.1'));
  return port;
}

describeWith(['root', 'pure-ftpd', 'pure-ftpwho'], 'sessions of the C server', () => {
  test('are shown alike by both programs, whatever they do', async () => {
    const port = await startCServer();
    const clients: RawClient[] = [];
    const login = async (user: string, host = '127.0.0.1'): Promise<RawClient> => {
      const client = await RawClient.login(port, user, 'secret', host);
      clients.push(client);
      await client.command('TYPE I');
      return client;
    };
    try {
      clients.push(await RawClient.connect(port));
      await login('alice');
      await login('bob', '::1');
      for (const [index, offset] of [0, BIG / 2].entries()) {
        const client = await login('alice', index === 0 ? '127.0.0.1' : '::1');
        const data = await client.passive();
        data.pause();
        if (offset > 0) await client.command(`REST ${offset}`);
        await client.command('RETR /big');
        clients.push(client);
      }
      for (const name of ['up', 'we|ird <a&b> "q" \xe9\xff', 'y'.repeat(255)]) {
        const client = await login('bob');
        const data = await client.passive();
        await client.command(`STOR ${name}`);
        data.write(Buffer.alloc(100_000));
      }
      const at = place;
      if (at === undefined) throw new Error('no place');
      await untilTrue('everything is under way', async () => {
        const { stdout } = await at.run([c.program('pure-ftpwho'), '-s', '-n']);
        return stdout.match(/\| UL \|.*\|97\|0\|0\|/g)?.length === 3 && stdout.match(/\| DL \|/g)?.length === 2;
      });
      for (const format of FORMATS) await expectSame(at, format);
      const { stdout } = await at.run([ours.program('pure-ftpwho'), '-s', '-n']);
      expect(stdout.match(/^\d+\|(?:alice|bob|\?)\|/gm)).toHaveLength(8);
      expect(stdout).toMatch(/\| DL \|\/big\|::1\|::1\|/);
    } finally {
      for (const client of clients) client.close();
    }
  });

  test('count, and are counted, where users may have so many', async () => {
    const port = await startCServer('-y', '1:1');
    const at = place;
    if (at === undefined) throw new Error('no place');
    const sessions = await at.serve([{ login: 'Alice' }]);
    expect(await sessions.count('bob')).toBe(0);
    const bob = await RawClient.login(port, 'bob', 'secret');
    try {
      expect(await sessions.count('BOB')).toBe(1);
      expect(await sessions.count('alice')).toBe(0);
      await expect(RawClient.login(port, 'alice', 'secret')).rejects.toThrow(/421|closed/);
      // The C server has looked at our entry, and left it.
      expect(await at.shell('ls /run/pure-ftpd')).toContain(`client-${String(sessions.pid).padStart(8, '0')}.`);
      await sessions.kill();
      const alice = await RawClient.login(port, 'alice', 'secret');
      alice.close();
      expect(await at.shell('ls /run/pure-ftpd')).not.toContain('.');
    } finally {
      bob.close();
    }
  });
});

describeWith(['root', 'python3'], 'XML of sessions of ours', () => {
  test('is read by another parser, and every byte of every name comes back', async () => {
    place = await ScoreboardPlace.start();
    await place.serve(SESSIONS);
    const script = `
import subprocess, sys, xml.etree.ElementTree as tree
from urllib.parse import unquote_to_bytes
out = subprocess.run([sys.argv[1], '-x', '-n'], stdout=subprocess.PIPE, check=True).stdout
for client in tree.fromstring(out):
    for name in 'account', 'file':
        encoded = client.get(name + '_encoded')
        print((unquote_to_bytes(encoded) if encoded else client.get(name).encode('iso8859-15')).hex())
`;
    const printed = await place.shell('/usr/bin/python3 -c "$1" "$2"', script, ours.program('pure-ftpwho'));
    const names = printed
      .split('\n')
      .slice(0, -1)
      .map((hex) => Buffer.from(hex, 'hex').toString('latin1'));
    expect(names.toSorted()).toEqual(
      SESSIONS.flatMap(({ login = '?', transfer }) => [login, transfer?.name ?? '']).toSorted(),
    );
  });

  test('and JSON gives back the bytes of the names as well', async () => {
    place = await ScoreboardPlace.start();
    await place.serve(SESSIONS);
    const script = `
import base64, json, subprocess, sys
out = subprocess.run([sys.argv[1], '--json', '-n'], stdout=subprocess.PIPE, check=True).stdout
def name(of, field):
    return base64.b64decode(of[field + 'Base64']) if field + 'Base64' in of else of[field].encode()
for session in json.loads(out)['sessions']:
    print(name(session, 'account').hex() if session['account'] is not None else b'?'.hex())
    print(name(session['transfer'] or {'file': ''}, 'file').hex())
`;
    const printed = await place.shell('/usr/bin/python3 -c "$1" "$2"', script, ours.program('pure-ftpwho'));
    const names = printed
      .split('\n')
      .slice(0, -1)
      .map((hex) => Buffer.from(hex, 'hex').toString('latin1'));
    expect(names.toSorted()).toEqual(
      SESSIONS.flatMap(({ login = '?', transfer }) => [login, transfer?.name ?? '']).toSorted(),
    );
  });
});

describeWith(['root'], 'pure-ftpwho', () => {
  test('says in one line what is wrong', async () => {
    place = await ScoreboardPlace.start();
    const program = ours.program('pure-ftpwho');
    await place.shell('rmdir /run/pure-ftpd');
    expect(await place.run([program])).toEqual({
      status: 255,
      stdout: '',
      stderr: 'pure-ftpwho: there is no /var/run/pure-ftpd: no server has run here yet\n',
    });
    await place.shell('touch /run/pure-ftpd');
    expect(await place.run([program])).toEqual({
      status: 255,
      stdout: '',
      stderr: 'pure-ftpwho: /var/run/pure-ftpd cannot be read: Not a directory\n',
    });
    expect(await place.run(['setpriv', '--reuid', '3001', '--clear-groups', program])).toEqual({
      status: 1,
      stdout: 'You must be root to run this. Sorry.\n',
      stderr: '',
    });
    expect(await place.run([program, '--watch'])).toEqual({
      status: 2,
      stdout: '',
      stderr: 'pure-ftpwho: --watch needs a terminal\n',
    });
  });

  test('shows its usage for what it does not know', async () => {
    place = await ScoreboardPlace.start();
    const help = await place.run([ours.program('pure-ftpwho'), '-h']);
    expect(help.stdout).toContain('-x : output XML data');
    expect(await place.run([ours.program('pure-ftpwho'), '-Z'])).toEqual(help);
    expect(help.status).toBe(0);
  });
});

describeWith(['root', 'pure-mrtginfo'], 'pure-mrtginfo', () => {
  test.each(['', '21', 'nonsense', '1 2', '99999'])('prints what the C program prints for “%s”', async (words) => {
    place = await ScoreboardPlace.start();
    const at = place;
    const given = words.split(' ').filter(Boolean);
    let both: Outcome[] = [];
    // The time since the start of the machine goes on.
    for (let attempt = 0; attempt < 10; attempt += 1) {
      both = await Promise.all([c, ours].map(({ program }) => at.run([program('pure-mrtginfo'), ...given])));
      if (both[0]?.stdout === both[1]?.stdout) break;
    }
    expect(both[1]).toEqual(both[0]);
  });
});
