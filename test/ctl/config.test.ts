// What a configuration means, and how two of them differ.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';

import { type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { pureFtpctl } from './pure-ftpctl.ts';

let folder: TempFolder;
beforeEach(() => {
  folder = tempFolder();
});
afterEach(() => folder.remove());

function written(name: string, ...lines: readonly string[]): string {
  writeFileSync(folder.file(name), `${lines.join('\n')}\n`);
  return folder.file(name);
}

test('each setting is explained, with its line; one that another overrides, or that is the default, is said to be so', () => {
  const file = written('a.conf', '# ours', 'MaxClientsNumber 10', 'NoAnonymous yes', 'MaxClientsNumber 20', 'MinUID 0');
  const { status, stdout } = pureFtpctl('config', 'explain', '--json', file);
  expect(status).toBe(0);
  const { settings } = JSON.parse(stdout);
  expect(settings).toEqual([
    expect.objectContaining({ option: '--maxclientsnumber', value: '10', effect: 'another setting has the last word' }),
    expect.objectContaining({ option: '--noanonymous', value: null, from: `${file}:3: NoAnonymous`, effect: null }),
    expect.objectContaining({ option: '--maxclientsnumber', value: '20', effect: null }),
    expect.objectContaining({ option: '--minuid', value: '0', effect: 'the same as without it' }),
  ]);
  expect(pureFtpctl('config', 'explain', file).stdout).toMatch(
    /│ --noanonymous +│ no anonymous sessions +│ line 3: NoAnonymous +│/,
  );
});

test('switches and a folder of Debian are explained as a file is; a login method needs its link there', () => {
  expect(pureFtpctl('config', 'explain', '--', '-c', '5').stdout).toMatch(/--maxclientsnumber 5 +│ .* │ -c +│/);
  for (const name of ['conf', 'auth']) mkdirSync(folder.file(name));
  written('conf/MaxClientsNumber', '7');
  written('conf/PureDB', '/etc/pure-ftpd/pureftpd.pdb');
  written('conf/PAMAuthentication', 'yes');
  symlinkSync('../conf/PureDB', folder.file('auth', '50pure'));
  const { settings } = JSON.parse(pureFtpctl('config', 'explain', '--json', folder.file('conf')).stdout);
  expect(settings.map(({ option, value }: { option: string; value: string }) => `${option} ${value}`)).toEqual([
    '--login puredb:/etc/pure-ftpd/pureftpd.pdb',
    '--maxclientsnumber 7',
  ]);
});

test('what cannot be understood is said, and the rest explained', () => {
  const file = written('a.conf', 'NoAnonymus yes', 'NoAnonymous yes');
  const { status, stdout, stderr } = pureFtpctl('config', 'explain', file);
  expect(status).toBe(1);
  expect(stderr).toContain(`${file}:1: unknown key: NoAnonymus (NoAnonymous is meant?)`);
  expect(stdout).toContain('--noanonymous');
});

test('two configurations are compared by what they do, not by how they say it', () => {
  const one = written('one.conf', 'NoAnonymous yes', 'MaxClientsNumber 10', 'MaxClientsNumber 20');
  const same = written('same.conf', 'MaxClientsNumber 20', 'noanonymous on', 'MinUID 0');
  const other = written('other.conf', 'MaxClientsNumber 20', 'TLS 2');
  expect(pureFtpctl('config', 'diff', one, same)).toEqual({ status: 0, stdout: '', stderr: '' });
  const { status, stdout } = pureFtpctl('config', 'diff', '--json', one, other);
  expect(status).toBe(1);
  expect(JSON.parse(stdout).differences).toEqual([
    { option: '--noanonymous', values: [['yes'], []] },
    { option: '--tls', values: [[], ['2']] },
  ]);
});

test('a configuration is compared with what is without one', () => {
  const file = written('a.conf', 'MaxClientsNumber 50', 'TLS 1');
  const { status, stdout } = pureFtpctl('config', 'diff', file);
  expect(status).toBe(1);
  expect(stdout).toMatch(/│ --tls +│ 1 +│ - +│/);
  expect(stdout).not.toContain('--maxclientsnumber');
});

test.each([
  [['docter'], 'Did you mean doctor?'],
  [['config', 'explain'], 'name a configuration file, a folder, or switches behind --'],
  [['doctor', '--jason'], 'Unknown argument: jason'],
  [[], 'A command is needed.'],
])('pure-ftpctl %j is refused in one line', (words, reason) => {
  const { status, stderr } = pureFtpctl(...words);
  expect(status).toBe(2);
  expect(stderr).toBe(`pure-ftpctl: ${reason} (--help)\n`);
});
