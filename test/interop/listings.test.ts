// The same folder listed by the C daemon and by ours, compared byte by byte.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { buildDatabase } from '@pure-ftpd/puredb';
import { RawClient } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';
import { c, ours, type Side } from '../support/programs.ts';
import { startDaemon } from '../support/servers.ts';

const HASH = '$1$golden00$DPibADmVwkcjtPf6igkkJ.';
const OWNER = 3001;

/** Seconds since 1970 of ages that the date column tells apart. */
const now = Math.floor(Date.now() / 1000);
const AGES = {
  new: now,
  hours: now - 7200,
  'half a year': now - 180 * 86_400 + 3600,
  'over half a year': now - 181 * 86_400,
  old: 86_400,
  'year 2000': 951_782_400,
};

/** A node of every kind, mode, age and size, and every kind of name. */
function fill(folder: string): Server {
  const put = (name: string | Buffer, mode = 0o644): void => {
    const file = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name)]);
    writeFileSync(file, 'x');
    chmodSync(file, mode);
  };
  for (const [index, mode] of [
    0o000, 0o111, 0o644, 0o666, 0o777, 0o4755, 0o2755, 0o1644, 0o6711, 0o4644, 0o1777,
  ].entries()) {
    put(`mode-${index}`, mode);
  }
  for (const [name, time] of Object.entries(AGES)) {
    put(`age ${name}`);
    utimesSync(join(folder, `age ${name}`), time, time);
  }
  for (const size of [0, 9_999_999_999, 10_000_000_000, 123_456_789_012]) {
    put(`size-${size}`);
    truncateSync(join(folder, `size-${size}`), size);
  }
  for (const name of [
    '.hidden',
    ' leading',
    'trailing ',
    '-dash',
    'quo"te',
    "apo'strophe",
    'semi;colon',
    'equals=',
    'back\\slash',
    'utf-\u00E9\u4E2D\u{1F600}',
    '%41',
    '#',
    '*',
    'n'.repeat(255),
  ]) {
    put(name);
  }
  put(Buffer.from('latin-\xE9', 'latin1'));
  linkSync(join(folder, 'mode-2'), join(folder, 'hard link'));
  mkdirSync(join(folder, 'dir'));
  mkdirSync(join(folder, 'dir/below/deep'), { recursive: true });
  writeFileSync(join(folder, 'dir/inner'), 'inner');
  mkdirSync(join(folder, 'sticky'));
  chmodSync(join(folder, 'sticky'), 0o1777);
  symlinkSync('mode-2', join(folder, 'link'));
  symlinkSync('dir', join(folder, 'link to dir'));
  // By patterns the C server shows names that break lines, and hides links that lead nowhere: they are kept from patterns here.
  mkdirSync(join(folder, 'odd'));
  put('odd/line\nbreak');
  put('odd/tab\tin it');
  symlinkSync('nowhere', join(folder, 'odd/dangling'));
  symlinkSync('/etc', join(folder, 'odd/outside'));
  // Of the same age or size, names come in no order in C.
  mkdirSync(join(folder, 'sized'));
  for (const [index, name] of ['c', 'a', 'd', 'b'].entries()) {
    writeFileSync(join(folder, 'sized', name), 'x'.repeat(index));
    utimesSync(join(folder, 'sized', name), 1_000_000_000 - index * 1000, 1_000_000_000 - index * 1000);
  }
  lutimesSync(join(folder, 'link'), 951_782_400, 951_782_400);
  execFileSync('mkfifo', [join(folder, 'fifo')]);
  chownSync(join(folder, 'mode-3'), 12_345, 54_321);
  for (const name of ['dir', 'dir/below', 'dir/inner']) chownSync(join(folder, name), OWNER, OWNER);
  return createServer().listen(join(folder, 'socket'));
}

const LINES = [
  'LIST',
  'LIST -a',
  'LIST -la',
  'LIST -1',
  'LIST -C',
  'LIST -CF',
  'LIST -F',
  'LIST -lF',
  'LIST -R',
  'LIST -lR dir',
  'LIST -1FR',
  'LIST -t sized',
  'LIST -lt sized',
  'LIST -S sized',
  'LIST -lrS sized',
  'LIST -1rt sized',
  'LIST -r',
  'LIST -d',
  'LIST -d dir',
  'LIST -d *',
  'LIST *',
  'LIST m*',
  'LIST -1 [ms]*',
  'LIST -1 ?i*',
  'LIST -1 d*/in*',
  'LIST dir',
  'LIST link',
  'LIST link\\ to\\ dir',
  'LIST mode-2',
  'LIST mode-2 dir mode-3',
  'LIST dir nothing dir',
  'LIST nothing',
  'LIST .hidden',
  'LIST fifo',
  'LIST -1 ../../*',
  'LIST dir/below/..',
  'LIST odd',
  'LIST -lF odd',
  'LIST -1FR odd',
  'NLST',
  'NLST dir',
  'NLST odd',
  'MLSD',
  'MLSD dir',
  'MLSD dir/below',
  'MLSD odd',
];

const REPLIES = [
  'MLST',
  'MLST dir',
  'MLST mode-2',
  'MLST .',
  'STAT .',
  'STAT dir',
  'STAT -la',
  'STAT mode-*',
  'STAT nothing',
] as const;

/** Differences by nature or decision [docs/differences.md]. */
function normalized(line: string, text: string): string {
  // The order of a directory is the file system's, and ours shows `.` and `..` first.
  if (/^(?:NLST|MLSD)/.test(line)) return text.split('\r\n').sort().join('\r\n');
  return text;
}

/** The C server does not tell real users where links lead. */
function withoutLinkTargets(text: string): string {
  return text.replaceAll(/OS\.unix=slink:[^;]*;/g, 'OS.unix=slink:;');
}

async function listings(side: Side, database: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  await using daemon = await startDaemon(side, {
    args: ['-l', `puredb:${database}`, '-E', '-H'],
    timeZone: 'UTC',
  });
  const client = await RawClient.login(daemon.port, 'user', 'golden');
  for (const line of LINES) {
    const { data, reply } = await client.receive(line);
    found.set(line, `${normalized(line, withoutLinkTargets(data.toString('latin1')))}${reply.code}`);
  }
  for (const line of REPLIES) found.set(line, withoutLinkTargets((await client.command(line)).text));
  client.close();
  return found;
}

describeWith(['root', 'pure-ftpd'], 'listings beside the C daemon', () => {
  test('are the same bytes', async () => {
    using folder = tempFolder();
    const home = folder.file('home');
    mkdirSync(home);
    const socket = fill(home);
    try {
      writeFileSync(folder.file('text'), `user:${HASH}:${OWNER}:${OWNER}::${home}/./\n`);
      await buildDatabase(folder.file('text'), folder.file('db'));
      chownSync(folder.file('db'), OWNER, OWNER);
      const [theirs, own] = await Promise.all([listings(c, folder.file('db')), listings(ours, folder.file('db'))]);
      for (const [line, bytes] of theirs) expect.soft(own.get(line), line).toBe(bytes);
    } finally {
      socket.close();
    }
  });
});
