// The tree of Debian's packages, read as their wrapper does.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { temporaryFolder } from '@pure-ftpd/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { commandLine, readWrapped } from './wrapper.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder.path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

function link(name: string, to: string): void {
  mkdirSync(join(folder.path, 'auth'), { recursive: true });
  symlinkSync(to, join(folder.path, 'auth', name));
}

const PID = ['-g', '/var/run/pure-ftpd/pure-ftpd.pid'];

function words(environment: Readonly<Record<string, string>> = {}, given: readonly string[] = []): readonly string[] {
  return readWrapped(given, environment, folder.path).words;
}

function name(given: readonly string[], environment: Readonly<Record<string, string>> = {}): string {
  return readWrapped(given, environment, folder.path).name;
}

test('a file is an option, whose value is its first line that says something', () => {
  write({
    'conf/MinUID': '# comment\n\n  1000  \n2000\n',
    'conf/NoAnonymous': 'Yes\n',
    'conf/ChrootEveryone': 'no\n',
    'conf/AltLog': 'clf:/var/log/pure-ftpd/transfer.log\n',
  });
  expect(words()).toEqual(['-O', 'clf:/var/log/pure-ftpd/transfer.log', '-u', '1000', '-E', ...PID]);
});

test('two values are taken with a blank and with a colon, and SyslogFacility comes first', () => {
  write({
    'conf/PassivePortRange': '30000 30009',
    'conf/PerUserLimits': '3:20',
    'conf/Quota': '100:10',
    'conf/AnonymousBandwidth': '8',
    'conf/UserBandwidth': ':20',
    'conf/SyslogFacility': 'local1',
    'conf/Umask': '133 022',
  });
  expect(words()).toEqual(
    ['-f local1', '-t 8', '-p 30000:30009', '-y 3:20', '-n 100:10', '-U 133:022', '-T :20', PID.join(' ')]
      .join(' ')
      .split(' '),
  );
});

test('links say who may log in, in the order of their names; what leads nowhere is none', () => {
  write({
    'conf/PureDB': '/etc/pure-ftpd/pureftpd.pdb',
    'conf/MySQLConfigFile': '/etc/pure-ftpd/db/mysql.conf',
    'conf/UnixAuthentication': 'no',
    'conf/PAMAuthentication': 'yes',
  });
  link('50pure', '../conf/PureDB');
  link('30mysql', '../conf/MySQLConfigFile');
  link('65unix', '../conf/UnixAuthentication');
  link('70pam', join(folder.path, 'conf/PAMAuthentication'));
  link('80ldap', '../conf/LDAPConfigFile');
  write({ 'auth/no-link': 'yes' });
  expect(words()).toEqual([
    '-l',
    'mysql:/etc/pure-ftpd/db/mysql.conf',
    '-l',
    'puredb:/etc/pure-ftpd/pureftpd.pdb',
    '-l',
    'pam',
    ...PID,
  ]);
});

test('charsets of old packages are those of today, and files that editors and dpkg leave are dropped', () => {
  write({ 'conf/FSCharset': 'UTF-8', 'conf/ClientCharset': 'big5', 'conf/MinUID.dpkg-old': '1', 'conf/MinUID~': '1' });
  expect(words()).toEqual(['-9', 'big5', '-8', 'UTF-8', ...PID]);
});

test('keys of our own are files, too, with a line for each value', () => {
  write({ 'conf/TLSCertificates': '/etc/letsencrypt/live\n/srv/certificates\n', 'conf/TLS': '1' });
  expect(words()).toEqual([
    '-Y',
    '1',
    '--tls-certificates',
    '/etc/letsencrypt/live',
    '--tls-certificates',
    '/srv/certificates',
    ...PID,
  ]);
});

test('a server alone goes to the background, but not where a service manager has started it', () => {
  expect(words({ STANDALONE_OR_INETD: 'standalone' })).toEqual(['-B', ...PID]);
  expect(words({ STANDALONE_OR_INETD: 'inetd' })).toEqual(PID);
  write({ 'conf/Daemonize': 'yes' });
  expect(words({ STANDALONE_OR_INETD: 'standalone' })).toEqual(['-B', ...PID]);
  expect(words({ STANDALONE_OR_INETD: 'standalone', NOTIFY_SOCKET: '/run/x' })).toEqual(PID);
});

test('the name of the server is that of the suffix, and of VIRTUALCHROOT', () => {
  expect(name([])).toBe('pure-ftpd');
  expect(name([''])).toBe('pure-ftpd');
  expect(name(['mysql'])).toBe('pure-ftpd-mysql');
  expect(name(['mysql-virtualchroot'], { VIRTUALCHROOT: 'true' })).toBe('pure-ftpd-mysql-virtualchroot');
  expect(name([], { VIRTUALCHROOT: 'true' })).toBe('pure-ftpd-virtualchroot');
});

test('--print is a command line that a shell takes, -s the words alone', () => {
  write({ 'conf/ForcePassiveIP': 'ftp.example.org' });
  const printed = readWrapped(['--print', 'mysql'], {}, folder.path);
  expect(printed.print).toBe('command');
  expect(commandLine({ ...printed, words: ['-O', "/a b'c"] })).toBe(
    String.raw`/usr/sbin/pure-ftpd-mysql -O '/a b'\''c'`,
  );
  expect(readWrapped(['-s'], {}, folder.path).print).toBe('words');
});

test.each([
  ['MaxClientNumber', '5', /conf\/MaxClientNumber: unknown key: MaxClientNumber \(MaxClientsNumber is meant\?\)$/],
  ['NoAnonymous', '\nperhaps', /conf\/NoAnonymous:2: "perhaps": yes or no is expected$/],
  ['PIDFile', '/x', /conf\/PIDFile: the process id is always in/],
])('a file %s with %j is an error that names it', (key, content, message) => {
  write({ [`conf/${key}`]: content });
  expect(() => words()).toThrow(message);
});

test('another word is an error', () => {
  expect(() => words({}, ['--verbose'])).toThrow(/unexpected argument: --verbose/);
  expect(() => words({}, ['mysql', 'x'])).toThrow(/unexpected argument: x/);
  expect(() => words({}, ['../x'])).toThrow(/unexpected argument: \.\.\/x/);
});
