// Dot files by links of other names: the rules are about what a name leads to [server-behaviour §8].
import { chmodSync, chownSync, lchownSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';

import { tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { buildDatabase } from '@pure-ftpd/puredb';
import { RawClient } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

import { c, ours, type Side } from '../support/programs.ts';
import { startDaemon } from '../support/servers.ts';
import { createUserDatabase } from '../support/user-database.ts';

const UID = 3001;

/** What links to a dot file and to a folder behind one give, on a server with some options; the home is in a dot folder itself. */
async function tried(
  side: Side,
  options: readonly string[],
  { confined = true } = {},
): Promise<Record<string, number | string>> {
  using folder = tempFolder();
  chmodSync(folder.path, 0o755);
  const home = folder.file('.homes/alice');
  mkdirSync(`${home}/.folder/sub`, { recursive: true });
  mkdirSync(`${home}/plain`);
  writeFileSync(`${home}/.secret`, 'secret');
  writeFileSync(`${home}/.folder/sub/file`, 'deep');
  writeFileSync(`${home}/open`, 'open');
  symlinkSync('.secret', `${home}/lnk`);
  symlinkSync('.folder/sub', `${home}/sub`);
  symlinkSync('open', `${home}/fine`);
  for (const path of ['', '/.folder', '/.folder/sub', '/.secret', '/open', '/plain', '/.folder/sub/file'])
    chownSync(home + path, UID, UID);
  for (const path of ['/lnk', '/sub', '/fine']) lchownSync(home + path, UID, UID);
  const database = await createUserDatabase(folder.path, [
    { login: 'alice', password: 'golden', uid: UID, gid: UID, home },
  ]);
  if (!confined) {
    const text = folder.file('users.passwd');
    writeFileSync(text, readFileSync(text, 'utf8').replaceAll('/./', ''));
    await buildDatabase(text, database);
  }
  chmodSync(database, 0o644);
  await using server = await startDaemon(side, { args: ['-l', `puredb:${database}`, '-E', '-H', ...options] });
  const client = await RawClient.login(server.port, 'alice', 'golden');
  await client.command('TYPE I');
  const results: Record<string, number | string> = {};
  for (const path of ['lnk', 'sub/file', 'fine']) {
    results[`RETR ${path}`] = (await client.receive(`RETR ${path}`)).data.toString();
  }
  for (const line of ['CWD sub', 'CWD ~', 'SITE CHMOD 600 lnk', 'SITE CHMOD 600 fine', 'CWD plain', 'CWD ..']) {
    results[line] = (await client.command(line)).code;
  }
  results['STOR sub/new'] = (await client.transmit('STOR sub/new', 'sent')).code;
  results['STOR plain/new'] = (await client.transmit('STOR plain/new', 'sent')).code;
  results['DELE lnk'] = (await client.command('DELE lnk')).code;
  client.close();
  return results;
}

const ALLOWED = {
  'RETR lnk': 'secret',
  'RETR sub/file': 'deep',
  'RETR fine': 'open',
  'CWD sub': 250,
  'CWD ~': 250,
  'CWD plain': 250,
  'CWD ..': 250,
  'SITE CHMOD 600 lnk': 200,
  'SITE CHMOD 600 fine': 200,
  'STOR sub/new': 226,
  'STOR plain/new': 226,
  'DELE lnk': 250,
};
const NOT_WRITTEN = { ...ALLOWED, 'SITE CHMOD 600 lnk': 550, 'STOR sub/new': 550 };
const NOT_USED = { ...NOT_WRITTEN, 'RETR lnk': '', 'RETR sub/file': '', 'CWD sub': 550 };

describeWith(['root'], 'dot files behind links', () => {
  test('without a rule they are files as any others', async () => {
    expect(await tried(ours, [])).toEqual(ALLOWED);
  });

  test('-x lets nobody write them, -X nobody use them, whatever the link is called; a link itself may be deleted', async () => {
    expect(await tried(ours, ['-x'])).toEqual(NOT_WRITTEN);
    expect(await tried(ours, ['-X'])).toEqual(NOT_USED);
  });

  test('what is above the home does not count for a user who is not confined', async () => {
    expect(await tried(ours, ['-X'], { confined: false })).toEqual(NOT_USED);
  });

  test('in a virtual chroot as well', async () => {
    expect(await tried(ours, ['-X', '--virtual-chroot'])).toEqual(NOT_USED);
  });
});

describeWith(['root', 'pure-ftpd'], 'dot files behind links, in C', () => {
  test('are served: what was written has no dot', async () => {
    expect(await tried(c, ['-X'])).toEqual(ALLOWED);
  });
});
