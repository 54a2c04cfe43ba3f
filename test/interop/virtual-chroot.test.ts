// Links that lead out of the home (virtual chroot), on Debian's pure-ftpd-virtualchroot and on ours [server-behaviour §6.5].
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

import { peerPath, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { RawClient } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

import { compareRuns, type Difference, type Observation, parseScript, report } from '../support/differential.ts';
import { ours, type Side } from '../support/programs.ts';
import { startDaemon } from '../support/servers.ts';
import { createUserDatabase } from '../support/user-database.ts';

const UID = 3001;

/** Files by path, with their path as content; a folder for each. */
const FILES = ['home/own', 'home/dir/inner', 'shared/file', 'shared/sub/deep', 'private/file', 'shared/.hidden'];

/** Links in the home by name; `@` is the folder that home and shared are in. */
const LINKS: Readonly<Record<string, string>> = {
  'home/lnk': '@/shared',
  'home/rel': '../shared/sub',
  'home/nested': 'lnk/sub',
  'home/flnk': '@/shared/file',
  'home/inside': 'dir',
  'home/dangling': '@/shared/nothing',
  'home/loop': 'loop',
  'home/plain': '@/shared/.hidden',
  'home/out': '@/private',
  'shared/again': '../private',
  'shared/back': '@/home/dir',
};

function makePlace(folder: TempFolder): void {
  chmodSync(folder.path, 0o755);
  for (const file of FILES) {
    mkdirSync(dirname(folder.file(file)), { recursive: true });
    writeFileSync(folder.file(file), file);
  }
  for (const [link, target] of Object.entries(LINKS)) {
    symlinkSync(target.replace('@', folder.path), folder.file(link));
    lchownSync(folder.file(link), UID, UID);
  }
  for (const path of [...FILES, ...FILES.map(dirname)]) chownSync(folder.file(path), UID, UID);
}

/** A server with one user, who is confined to the home. */
interface Served extends AsyncDisposable {
  readonly folder: TempFolder;
  /** What the server has printed. */
  output(): string;
  login(): Promise<RawClient>;
}

async function serve(
  side: Side,
  options: readonly string[] | ((folder: TempFolder) => string[]) = [],
): Promise<Served> {
  const folder = tempFolder();
  makePlace(folder);
  const home = folder.file('home');
  const database = await createUserDatabase(folder.path, [
    { login: 'alice', password: 'golden', uid: UID, gid: UID, home },
  ]);
  chmodSync(database, 0o644);
  const args = typeof options === 'function' ? options(folder) : options;
  const server = await startDaemon(side, { args: ['-l', `puredb:${database}`, '-E', '-H', '-A', ...args] });
  return {
    folder,
    output: () => server.process.output,
    login: () => RawClient.login(server.port, 'alice', 'golden'),
    async [Symbol.asyncDispose]() {
      await server.stop();
      folder.remove();
    },
  };
}

const SCRIPT = `
== directories
CWD lnk
PWD
CWD sub
PWD
CWD ..
PWD
CWD ..
PWD
CWD rel
PWD
RETR deep
CDUP
PWD
CWD /nested
PWD
RETR deep
CWD /lnk/sub
PWD
CDUP
PWD
CWD /inside
PWD
RETR inner
CWD ..
PWD
CWD lnk/again
PWD
RETR file
CWD /lnk/back
PWD
RETR inner
CWD /../../..
PWD
CWD loop
CWD dangling
CWD flnk
PWD
CWD /
== reading
RETR flnk
RETR lnk/file
RETR /lnk/sub/deep
RETR rel/deep
RETR dangling
RETR loop
RETR lnk
SIZE flnk
SIZE lnk/file
NLST lnk
NLST rel
NLST lnk/
NLST loop
NLST lnk/again
== writing
STOR lnk/new
RETR lnk/new
STOR flnk
STOR dangling
APPE lnk/new
SIZE lnk/new
MKD lnk/made
RMD lnk/made
MKD lnk
RNFR lnk/new
RNTO own2
SIZE own2
RNFR own2
RNTO rel/moved
RETR rel/moved
DELE rel/moved
RNFR flnk
RNTO flnk2
RETR flnk2
DELE flnk2
RETR lnk/file
RMD lnk
SITE CHMOD 600 lnk/file
DELE lnk
CWD lnk
== going back by name
RETR ../own
RETR ./../../own
RETR lnk/../own
RETR lnk/sub/../file
SIZE lnk/..
NLST lnk/..
CWD lnk/..
PWD
CWD lnk/sub/..
PWD
CWD /lnk
RETR ../own
RETR ../lnk/file
NLST ..
STOR ../stored
STOR sub/../stored
MKD ../made
MKD sub/../made
MKD ../lnk/made2
RNFR ../made
RNTO ../../renamed
RMD ../renamed
DELE ../stored
DELE stored
== facts
MLST lnk
MLST lnk/file
MLST flnk
LIST lnk
LIST -a lnk/sub
LIST
LIST -F
STAT lnk
MLSD lnk
CWD lnk
LIST
MLSD
STOU
DELE lnk/file
`;

const BACK = 'what was written is what is meant, wherever it stands; the C program refuses `..` behind another name';
const TARGETS = 'MLST and MLSD tell where links lead';

const DIFFERENCES: readonly Difference[] = [
  ...[
    'RETR ./../../own',
    'RETR lnk/../own',
    'RETR lnk/sub/../file',
    'NLST lnk/..',
    'CWD lnk/..',
    'CWD lnk/sub/..',
    'PWD',
  ].map((line) => ({ section: 'going back by name', line, reason: BACK })),
  ...['MLST flnk', 'MLST lnk', 'MLSD', 'MLSD lnk'].map((line) => ({ section: 'facts', line, reason: TARGETS })),
  {
    section: 'facts',
    line: 'LIST -a lnk/sub',
    reason: '`..` has the mode of the folder, not of the link that led there',
  },
];

/** Runs each section in a place of its own. */
async function observe(side: Side): Promise<Observation[]> {
  const observations: Observation[] = [];
  for (const { name: section, lines } of parseScript(SCRIPT)) {
    await using served = await serve(side);
    const client = await served.login();
    await client.command('TYPE I');
    for (const line of lines) observations.push({ section, line, result: await say(client, line) });
    client.close();
  }
  return observations;
}

/** The code, where it says a path that, and what came over a data connection. */
async function say(client: RawClient, line: string): Promise<string> {
  const [verb = ''] = line.split(' ');
  if (['LIST', 'MLSD'].includes(verb)) {
    const { data, reply } = await client.receive(line);
    return `${reply.code}\n${withoutNumbers(data.toString())}`;
  }
  if (['MLST', 'STAT'].includes(verb)) {
    const { code, text } = await client.command(line);
    return `${code}\n${withoutNumbers(text)}`;
  }
  if (['RETR', 'NLST'].includes(verb)) {
    const { data, reply } = await client.receive(line);
    return `${reply.code} ${data.toString().split('\r\n').toSorted().join(' ')}`;
  }
  if (['STOR', 'APPE', 'STOU'].includes(verb)) return String((await client.transmit(line, 'sent')).code);
  const { code, text } = await client.command(line);
  return verb === 'PWD' || verb === 'SIZE' ? `${code} ${/"[^"]*"|\d+$/.exec(text)?.[0] ?? ''}` : String(code);
}

/** What differs between two places is left out: folders, sizes of directories, links that count, times, inodes. */
function withoutNumbers(listing: string): string {
  return listing
    .replaceAll(/\/\S*\/(?=home|shared|private)/g, '@/')
    .replaceAll(/(unique|modify|size|sizd)=[^;]*;/g, '$1;')
    .replaceAll(/^([dl-]\S+) +\d+ (.*?) +\d+ \w{3} +\d+ [\d:]{5}/gm, '$1 $2')
    .split(/\r?\n/)
    .toSorted()
    .join('\n');
}

/** Ours by another name, such as one that asks for a virtual chroot. */
function renamed(folder: TempFolder, name: string): Side {
  const link = folder.file(name);
  if (!existsSync(link)) symlinkSync(ours.program('pure-ftpd'), link);
  return { name: 'ours', program: () => link };
}

describeWith(['root', 'pure-ftpd-virtualchroot'], 'virtual chroot', () => {
  test('as pure-ftpd-virtualchroot, links lead out of the home as they do in the C program of that name', async () => {
    using folder = tempFolder();
    chmodSync(folder.path, 0o755);
    const c = await observe({ name: 'C', program: () => peerPath('pure-ftpd-virtualchroot') });
    expect(report(compareRuns(c, await observe(renamed(folder, 'pure-ftpd-virtualchroot')), DIFFERENCES))).toBe('');
  });
});

describeWith(['root'], 'links that may lead out', () => {
  test('--virtual-chroot lets them; without it they do not, and FEAT says TVFS', async () => {
    {
      await using served = await serve(ours, ['--virtual-chroot']);
      const client = await served.login();
      expect((await client.receive('RETR lnk/file')).data.toString()).toBe('shared/file');
      expect((await client.command('FEAT')).text).not.toContain('TVFS');
      client.close();
    }
    await using served = await serve(ours);
    const client = await served.login();
    expect((await client.command('CWD lnk')).code).toBe(550);
    expect((await client.command('FEAT')).text).toContain('TVFS');
    client.close();
  });

  test.each(['pure-ftpd-mysql', 'pure-ftpd-postgresql', 'pure-ftpd-ldap'])(
    '%s keeps them in, and lets them with -virtualchroot behind its name',
    async (name) => {
      using folder = tempFolder();
      chmodSync(folder.path, 0o755);
      const codes = [];
      for (const called of [name, `${name}-virtualchroot`]) {
        await using served = await serve(renamed(folder, called));
        const client = await served.login();
        codes.push((await client.command('CWD lnk')).code);
        client.close();
      }
      expect(codes).toEqual([550, 250]);
    },
  );

  test('--link-roots lets them lead into these folders, and nowhere else', async () => {
    await using served = await serve(ours, (folder) => ['--link-roots', `${folder.file('shared')}:/srv/none`]);
    const client = await served.login();
    await client.command('TYPE I');
    expect((await client.receive('RETR lnk/file')).data.toString()).toBe('shared/file');
    expect((await client.transmit('STOR rel/stored', 'sent')).code).toBe(226);
    expect(readFileSync(served.folder.file('shared/sub/stored'), 'utf8')).toBe('sent');
    for (const path of ['out', 'out/file', 'lnk/again/file']) {
      expect([path, (await client.command(`CWD ${path}`)).code]).toEqual([path, 550]);
      expect([path, (await client.command(`SIZE ${path}`)).code]).toEqual([path, 550]);
      expect([path, (await client.receive(`RETR ${path}`)).data.toString()]).toEqual([path, '']);
      expect([path, (await client.transmit(`STOR ${path}/new`, 'sent')).code]).toEqual([path, 553]);
      expect([path, (await client.command(`MKD ${path}/new`)).code]).toEqual([path, 550]);
    }
    client.close();
    expect(readdirSync(served.folder.file('private'))).toEqual(['file']);
    expect(served.output()).toContain('[WARNING] --link-roots: /srv/none: No such file or directory');
  });

  test('a file that the server keeps for itself is not touched by way of a link', async () => {
    await using served = await serve(ours, (folder) => ['--link-roots', folder.file('shared'), '-n', '10:1']);
    symlinkSync('.ftpquota', served.folder.file('home/quota'));
    const client = await served.login();
    await client.command('TYPE I');
    expect((await client.transmit('STOR lnk/charged', 'sent')).text).toMatch(/1 files/);
    expect((await client.command('SITE CHMOD 777 quota')).code).toBe(550);
    expect((await client.command('MFMT 20200101000000 quota')).code).toBe(550);
    // What is outside was never counted: to delete a link to it frees nothing.
    expect((await client.command('DELE flnk')).text).toMatch(/1 files/);
    expect((await client.command('DELE lnk/charged')).text).toMatch(/0 files/);
    client.close();
  });
});
