import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { StartError } from './errors.ts';
import { commandLineOf } from './command-line.ts';
import { readConfigFile } from './config-file.ts';
import { parseCommandLine } from './parse.ts';
import { options } from './table.ts';

let folder: string;
let file: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pure-ftpd-config-'));
  file = path.join(folder, 'pure-ftpd.conf');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The words a file stands for. */
function words(...lines: string[]): string[] {
  writeFileSync(file, lines.join('\n'));
  const { settings, problems } = readConfigFile(file);
  expect(problems).toEqual([]);
  return commandLineOf(settings).trimEnd().split(' \\\n  ').slice(1);
}

function refusal(...lines: string[]): string {
  writeFileSync(file, lines.join('\n'));
  try {
    parseCommandLine([file]);
  } catch (error) {
    if (error instanceof StartError) return error.message.replace(file, 'FILE');
    throw error;
  }
  throw new Error('accepted');
}

describe('a line', () => {
  test.each([
    ['ChrootEveryone yes', ['--chrooteveryone']],
    ['  chrooteveryone\tON  \r', ['--chrooteveryone']],
    ['ChrootEveryone = true', ['--chrooteveryone']],
    ['ChrootEveryone:1', ['--chrooteveryone']],
    ['ChrootEveryone no', []],
    ['ChrootEveryone=Off', []],
    ['# ChrootEveryone yes', []],
    ['  # x', []],
    ['', []],
    ['MaxClientsNumber 7', ['--maxclientsnumber=7']],
    ['PureDB /etc/my users.pdb', ["'--login=puredb:/etc/my users.pdb'"]],
    ['PureDB "/etc/users.pdb"', [`'--login=puredb:"/etc/users.pdb"'`]],
    ['UnixAuthentication yes', ['--login=unix']],
    ['PAMAuthentication no', []],
    ['PassivePortRange 30000 50000', ['--passiveportrange=30000:50000']],
    ['LimitRecursion 2000 8', ['--limitrecursion=2000:8']],
    ['PerUserLimits 3:20', ['--peruserlimits=3:20']],
    ['Umask 133:022', ['--umask=133:022']],
    ['Bind 127.0.0.1,21', ['--bind=127.0.0.1,21']],
    ['Bind "127.0.0.1,21"', ['--bind=127.0.0.1,21']],
    ['Bind ::1,21', ['--bind=::1,21']],
    ['AltLog clf:/var/log/pureftpd.log', ['--altlog=clf:/var/log/pureftpd.log']],
    ['CertFileAndKey "/a b.pem" /c.pem', ["'--certfile=/a b.pem,/c.pem'"]],
    ['SyslogFacility local3', ['--syslogfacility=local3']],
    ['TLSCertificates /etc/letsencrypt/live', ['--tls-certificates=/etc/letsencrypt/live']],
    ['FileSystemCharset ISO-8859-15', ['--fscharset=ISO-8859-15']],
    ['FSCharset KOI8-R', ['--fscharset=KOI8-R']],
    ['ClientCharset auto:GBK', ['--clientcharset=auto:GBK']],
    ['IgnoreOptsUtf8 yes', ['--ignore-opts-utf8']],
    ['WriteInPlace yes', ['--write-in-place']],
  ])('%j', (line, expected) => {
    expect(words(line)).toEqual(expected);
  });

  test.each([
    ['Nosuch yes', 'FILE:2: unknown key: Nosuch'],
    ['MaxClientNumber 3', 'FILE:2: unknown key: MaxClientNumber (MaxClientsNumber is meant?)'],
    ['ChrootEveryone maybe', 'FILE:2: ChrootEveryone "maybe": yes or no is expected'],
    ['ChrootEveryone', 'FILE:2: ChrootEveryone: a key, then a space, = or :, and one value are expected'],
    ['ChrootEveryone == yes', 'FILE:2: ChrootEveryone: a key, then a space, = or :, and one value are expected'],
    [
      'MaxClientsNumber 7 # many',
      'FILE:2: MaxClientsNumber "7 # many": a number is expected (a comment needs a line of its own)',
    ],
    ['MaxClientsNumber -1', 'FILE:2: MaxClientsNumber "-1": a number is expected'],
    ['MaxClientsNumber 0', 'FILE:2: MaxClientsNumber: -c "0": a number above 0 is expected'],
    ['PassivePortRange 30000:50000', /two numbers with a space between them are expected/],
    ['Umask 133 022', /two numbers with a colon between them are expected/],
    ['Bind a b', /one word is expected/],
    ['CertFileAndKey /a', /two paths, CERTIFICATE KEY, are expected/],
    ['MySQLConfigFile /nosuch', /^FILE:2: MySQLConfigFile: -l: \/nosuch: cannot be read/],
    ['AltLog nosuch:/x', /^FILE:2: AltLog: -O: Unknown logging format/],
    ['PureDB /a\u0001b', /control character/],
    ['- yes', /^FILE:2: : a key/],
  ])('%j is refused with its place', (line, message) => {
    const found = refusal('# a comment', line);
    if (typeof message === 'string') expect(found).toBe(message);
    else expect(found).toMatch(message);
    expect(found).not.toContain('\n');
  });
});

test('options take effect in the order of the lines', () => {
  writeFileSync(
    file,
    'PureDB /b.pdb\nUnixAuthentication yes\nAnonymousOnly yes\nNoAnonymous yes\nVerboseLog yes\nVerboseLog yes',
  );
  const { logins, anonymous, verbosity } = parseCommandLine([file]);
  expect({ logins, anonymous, verbosity }).toEqual({
    logins: [
      { name: 'puredb', path: '/b.pdb' },
      { name: 'unix', path: '' },
    ],
    anonymous: 'none',
    verbosity: 2,
  });
});

describe('Include', () => {
  test('puts a file there; one that is missing is none', () => {
    const other = path.join(folder, 'other.conf');
    writeFileSync(other, 'MinUID 7');
    const found = words('MinUID 1', `Include ${other}`, `Include ${folder}/nosuch`, 'MinUID 2');
    expect(found).toEqual(['--minuid=1', '--minuid=7', '--minuid=2']);
  });

  test('of itself ends, and errors are in the included file', () => {
    expect(refusal(`Include ${file}`)).toMatch(/^FILE:1: files include each other more than 16 deep$/);
    const other = path.join(folder, 'other.conf');
    writeFileSync(other, '\nNosuch 1');
    expect(refusal(`Include ${other}`)).toBe(`${other}:2: unknown key: Nosuch`);
    expect(refusal(`Include ${folder}`)).toMatch(/^FILE:1: .*directory/i);
  });
});

test('every option that is a setting has a key, and no key is of two', () => {
  const without = options.filter(({ keys }) => keys.length === 0).map(({ long }) => long);
  // Bonjour is a key on macOS only.
  expect(without).toEqual(['help', 'bonjour', 'check-config', 'connect', 'list-messages', 'version']);
  const names = options.flatMap(({ keys }) => keys.map(({ name }) => name.toLowerCase()));
  expect(names).toEqual([...new Set(names)]);
});

test('a file that cannot be read is named', () => {
  expect(() => parseCommandLine([folder])).toThrow(/^\/.*: .*directory/i);
});
