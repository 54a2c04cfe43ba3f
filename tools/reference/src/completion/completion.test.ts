// What the shells complete: bash is asked, as it asks when TAB is pressed; fish is asked, and zsh reads it, where they are installed.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describeWith } from '@pure-ftpd/peers/vitest';
import { temporaryFolder } from '@pure-ftpd/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { bashCompletion } from './bash.ts';
import type { Command } from './command.ts';
import { fishCompletion } from './fish.ts';
import { zshCompletion } from './zsh.ts';

const SERVER: Command = {
  program: 'pure-x',
  takesFile: true,
  options: [
    { short: 'Y', long: 'tls', argument: '0-3', values: ['0', '1', '2', '3'], description: "[TLS]: it's" },
    { short: 'l', long: 'login', argument: 'method[:file]', values: ['pam', 'puredb:'], description: 'who may log in' },
    { long: 'folder', argument: 'folder', values: 'folder', description: 'a folder' },
    { short: 'u', long: 'name', argument: 'name', description: 'any name' },
    { short: 'B', long: 'daemonize', description: 'in the background' },
  ],
};

const USERS: Command = {
  program: 'pure-y',
  takesFile: false,
  options: [{ short: 'f', argument: 'file', values: 'file', description: 'a file' }],
  actions: [
    { name: 'show', description: 'show a user', takesLogin: true },
    { name: 'list', description: 'list them', takesLogin: false },
  ],
};

const TREE: Command = {
  program: 'pure-z',
  takesFile: true,
  options: [{ long: 'json', description: 'JSON' }],
  subcommands: [
    { name: 'doctor', operands: ['[file]'], description: 'look', options: [{ long: 'all', description: 'all' }] },
    { name: 'user list', operands: [], description: 'list', options: [{ long: 'json', description: 'JSON' }] },
    { name: 'user show', operands: ['<login>'], description: 'show', options: [] },
  ],
};

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

/** What bash offers where the line ends. */
function bash(command: Command, line: string): string[] {
  mkdirSync(join(folder.path, 'files'), { recursive: true });
  writeFileSync(join(folder.path, 'users.pdb'), '');
  writeFileSync(join(folder.path, 'users.passwd'), '#x:1\njoe:1\njane:1\n');
  const script = `compopt() { :; }
    ${bashCompletion(command)}
    COMP_LINE=$1 COMP_POINT=\${#1}
    _${command.program.replaceAll('-', '_')}
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', line], {
    encoding: 'utf8',
    cwd: folder.path,
    env: { ...process.env, PURE_PASSWDFILE: 'users.passwd' },
  });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((word) => word !== '');
}

test('options are completed, and the values that one may have', () => {
  expect(bash(SERVER, 'pure-x --d')).toEqual(['--daemonize']);
  expect(bash(SERVER, 'pure-x --tls ')).toEqual(['0', '1', '2', '3']);
  expect(bash(SERVER, 'pure-x -B -Y ')).toEqual(['0', '1', '2', '3']);
  expect(bash(SERVER, 'pure-x --tls=')).toEqual(['0', '1', '2', '3']);
  expect(bash(SERVER, 'pure-x --name ')).toEqual([]);
});

test('a method goes on with a file, of which bash replaces what is behind the colon', () => {
  expect(bash(SERVER, 'pure-x -l p')).toEqual(['pam', 'puredb:']);
  expect(bash(SERVER, 'pure-x -l puredb:users.pd')).toEqual(['users.pdb']);
});

test('folders where a folder is wanted, files where the program takes some', () => {
  expect(bash(SERVER, 'pure-x --folder ')).toEqual(['files']);
  expect(bash(SERVER, 'pure-x users')).toEqual(expect.arrayContaining(['users.passwd', 'users.pdb']));
});

test('what to do, and with which user of the text file', () => {
  expect(bash(USERS, 'pure-y ')).toEqual(['show', 'list']);
  expect(bash(USERS, 'pure-y show j')).toEqual(['joe', 'jane']);
  expect(bash(USERS, 'pure-y list j')).toEqual([]);
  expect(bash(USERS, 'pure-y show joe -f users.pa')).toEqual(['users.passwd']);
});

test('words that go on with others, and the options of each', () => {
  expect(bash(TREE, 'pure-z ')).toEqual(['doctor', 'user']);
  expect(bash(TREE, 'pure-z user ')).toEqual(['list', 'show']);
  expect(bash(TREE, 'pure-z user show j')).toEqual(['joe', 'jane']);
  expect(bash(TREE, 'pure-z user list --')).toEqual(['--json', '--help']);
  expect(bash(TREE, 'pure-z doctor --a')).toEqual(['--all']);
  expect(bash(TREE, 'pure-z doctor users.pd')).toEqual(['users.pdb']);
});

describeWith(['fish'], 'fish', () => {
  test('offers the same values', () => {
    writeFileSync(join(folder.path, 'users.passwd'), '#x:1\njoe:1\njane:1\n');
    const ask = (command: Command, line: string): (string | undefined)[] => {
      const file = join(folder.path, `${command.program}.fish`);
      writeFileSync(file, fishCompletion(command));
      const script = `source $argv[1]; complete -C ${JSON.stringify(line)}`;
      return execFileSync('fish', ['--no-config', '-c', script, file], {
        encoding: 'utf8',
        env: { ...process.env, PURE_PASSWDFILE: join(folder.path, 'users.passwd') },
      })
        .trim()
        .split('\n')
        .map((offer) => offer.split('\t')[0]);
    };
    expect(ask(SERVER, 'pure-x --tls ')).toEqual(['0', '1', '2', '3']);
    expect(ask(SERVER, 'pure-x --dae')).toEqual(['--daemonize']);
    expect(ask(SERVER, 'pure-x -l p')).toEqual(expect.arrayContaining(['pam', 'puredb:']));
    expect(ask(USERS, 'pure-y sh')).toEqual(['show']);
    expect(ask(USERS, 'pure-y show j')).toEqual(['jane', 'joe']);
    expect(ask(TREE, 'pure-z us')).toEqual(['user']);
    expect(ask(TREE, 'pure-z user show j')).toEqual(['jane', 'joe']);
  });
});

describeWith(['zsh'], 'zsh', () => {
  test('can read what is made for it', () => {
    for (const command of [SERVER, USERS, TREE]) {
      const file = join(folder.path, `_${command.program}`);
      writeFileSync(file, zshCompletion(command));
      const { status, stderr } = spawnSync('zsh', ['-n', file], { encoding: 'utf8' });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    }
  });
});
