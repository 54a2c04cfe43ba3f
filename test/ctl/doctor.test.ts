// The doctor on broken set-ups: each is found, its remedy is tried, and nothing is left to say.
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';

import { makeCertificate } from '@pure-ftpd/x509';
import { freePort, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { createUserDatabase } from '../support/user-database.ts';
import { complaints, pureFtpctl, shell } from './pure-ftpctl.ts';

const OWNER = { uid: 54_321, gid: 54_321 };

let folder: TempFolder;
let port: number;

/** A configuration that is well, with lines of its own. */
async function configured(...lines: readonly string[]): Promise<string> {
  const file = folder.file('pure-ftpd.conf');
  const bind = lines.some((line) => line.startsWith('Bind')) ? [] : [`Bind 127.0.0.1,${port}`];
  const database = lines.some((line) => line.startsWith('PureDB')) ? [] : [`PureDB ${await users()}`];
  const own = ['NoAnonymous yes', `LogFile ${folder.file('log')}`, ...bind, ...database];
  writeFileSync(file, [...own, ...lines, ''].join('\n'));
  return file;
}

/** A database with one user, whose home is a folder of the user's own. */
async function users(): Promise<string> {
  const home = folder.file('home');
  mkdirSync(home, { recursive: true });
  const { uid, gid } = process.getuid?.() === 0 ? OWNER : statSync(home);
  chownSync(home, uid, gid);
  return createUserDatabase(folder.path, [{ login: 'alice', password: 'secret', uid, gid, home }]);
}

/** A certificate with one of the keys. */
function pair(key: string): string {
  return `CertFileAndKey ${folder.file('one.pem')} ${folder.file(`${key}.key`)}`;
}

beforeEach(async () => {
  folder = tempFolder();
  port = await freePort();
});
afterEach(() => folder.remove());

describe('the doctor', () => {
  test('is silent where all is well', async () => {
    const file = await configured('PassivePortRange 30000 30009', 'MaxClientsNumber 10');
    expect(complaints(file)).toEqual([]);
  });

  test('finds a port that is taken, and by whom', async () => {
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    const file = await configured();
    const [found, ...more] = complaints(file);
    expect(more).toEqual([]);
    expect(found?.text).toMatch(
      new RegExp(`^127\\.0\\.0\\.1 port ${port} is in use by .+ \\(process ${process.pid}\\)$`),
    );
    expect(found?.remedy).toContain(`kill ${process.pid}`);
    other.close();
    expect(complaints(file)).toEqual([]);
  });

  test('finds a private address that is announced to everybody', async () => {
    const broken = await configured(`Bind ${port}`, 'ForcePassiveIP 192.168.1.2');
    expect(complaints(broken)).toEqual([
      {
        check: 'announced address',
        status: 'problem',
        text: 'ForcePassiveIP 192.168.1.2 is a private address: nobody outside can reach it',
        remedy: 'set ForcePassiveIP to the address that clients connect to',
      },
    ]);
    expect(complaints(await configured(`Bind ${port}`, 'ForcePassiveIP 203.0.113.5'))).toEqual([]);
  });

  test('finds the key of another certificate', async () => {
    for (const name of ['one', 'other']) {
      const { certificate, key } = makeCertificate({ names: ['ftp.example.org'] });
      writeFileSync(folder.file(`${name}.pem`), certificate);
      writeFileSync(folder.file(`${name}.key`), key, { mode: 0o600 });
    }
    const [found, ...more] = complaints(await configured('TLS 1', pair('other')));
    expect(more).toEqual([]);
    expect(found).toMatchObject({ check: 'certificate', status: 'problem' });
    expect(found?.text).toContain('do not belong together');
    expect(found?.remedy).toContain('CertFileAndKey CERTIFICATE KEY');
    expect(complaints(await configured('TLS 1', pair('one')))).toEqual([]);
  });

  test('finds a certificate that has expired, one that does soon, and one that is not valid yet', async () => {
    const day = 24 * 60 * 60 * 1000;
    const spans = [
      [-30, -1, 'problem', 'has expired'],
      [-30, 3, 'warning', 'expires on'],
      [2, 30, 'problem', 'is valid from'],
    ] as const;
    for (const [from, to, status, words] of spans) {
      const { certificate, key } = makeCertificate({
        names: ['ftp.example.org'],
        notBefore: Date.now() + from * day,
        notAfter: Date.now() + to * day,
      });
      writeFileSync(folder.file('server.pem'), certificate + key, { mode: 0o600 });
      const found = complaints(await configured('TLS 1', `CertFile ${folder.file('server.pem')}`));
      expect(found).toEqual([expect.objectContaining({ check: 'certificate', status })]);
      expect(found[0]?.text).toContain(words);
    }
  });

  test('finds a database without a user', async () => {
    writeFileSync(folder.file('empty.passwd'), '');
    const database = folder.file('empty.pdb');
    expect(shell('pure-pw mkdb "$1" -f "$2"', database, folder.file('empty.passwd')).status).toBe(0);
    chmodSync(database, 0o644);
    const file = await configured(`PureDB ${database}`);
    const [found, ...more] = complaints(file);
    expect(more).toEqual([]);
    expect(found?.text).toBe(`${database} has no user`);
    const home = folder.file('new-home');
    mkdirSync(home);
    const { uid, gid } = process.getuid?.() === 0 ? OWNER : statSync(home);
    chownSync(home, uid, gid);
    const added = (found?.remedy ?? '')
      .replace(/^add one: /, '')
      .replace('LOGIN', 'alice')
      .replace('USER', `${uid} -g ${gid}`)
      .replace('HOME', home);
    expect(shell(`printf 'secret\\nsecret\\n' | ${added} -f "$1"`, folder.file('empty.passwd'))).toMatchObject({
      status: 0,
    });
    expect(complaints(file)).toEqual([]);
  });

  test('finds lines that mean nothing, each with its place', async () => {
    const file = await configured('NoAnonymus yes', 'MaxClientsNumber many');
    const lines = readFileSync(file, 'utf8').split('\n');
    expect(complaints(file).map(({ text }) => text)).toEqual([
      expect.stringContaining(`${file}:${lines.indexOf('NoAnonymus yes') + 1}: unknown key: NoAnonymus`),
      expect.stringContaining(`${file}:${lines.indexOf('MaxClientsNumber many') + 1}: `),
    ]);
  });

  test('says also what is well, when it is asked to', async () => {
    const file = await configured();
    const { stdout, status } = pureFtpctl('doctor', file, '--all');
    expect(status).toBe(0);
    expect(stdout).toContain(`ok      ports: 127.0.0.1 port ${port} is free\n`);
    expect(stdout).toContain(': 1 users\n');
  });

  test('a file that is not there is an error of the command line', () => {
    const file = folder.file('none');
    expect(pureFtpctl('doctor', file)).toEqual({
      status: 2,
      stdout: '',
      stderr: `pure-ftpctl: ${file} is not there: name a configuration file (--help)\n`,
    });
  });
});

describeWith(['root'], 'the doctor, as root', () => {
  test('finds a home of another owner', async () => {
    const file = await configured();
    chownSync(folder.file('home'), 1, 1);
    const [found, ...more] = complaints(file);
    expect(more).toEqual([]);
    expect(found?.text).toBe(
      `${folder.file('home')}, the home of alice, belongs to uid 1, and the user is uid ${OWNER.uid}`,
    );
    expect(shell(found?.remedy ?? '').status).toBe(0);
    expect(complaints(file)).toEqual([]);
  });
});

describeWith(['root', 'nft'], 'the doctor behind a firewall', () => {
  const CLOSED = [
    'add table inet filter',
    'add chain inet filter input { type filter hook input priority 0; policy drop; }',
    'add rule inet filter input ct state established,related accept',
    'add rule inet filter input iifname lo accept',
    'add rule inet filter input ip saddr 192.0.2.0/24 tcp dport 30000-30009 accept',
  ];

  test('finds passive ports that are closed', async () => {
    const file = await configured('PassivePortRange 30000 30009');
    writeFileSync(
      folder.file('rules'),
      `${[...CLOSED, `add rule inet filter input tcp dport ${port} accept`].join('\n')}\n`,
    );
    const inside = `exec unshare --net sh -c 'ip link set lo up; nft -f "$0" && eval "$2"; exec pure-ftpctl doctor --json "$1"' ${folder.file('rules')}`;
    const look = (remedy: string) => {
      const { stdout } = shell(`${inside} "$1" "$2"`, file, remedy);
      const { findings } = JSON.parse(stdout);
      return findings.filter(
        ({ check, status }: { check: string; status: string }) => check === 'passive ports' && status !== 'ok',
      );
    };
    const [found, ...more] = look(':');
    expect(more).toEqual([]);
    expect(found.text).toBe('the firewall (nftables) lets nobody to 10 of the passive ports 30000 to 30009');
    expect(look(found.remedy)).toEqual([]);
  });
});
