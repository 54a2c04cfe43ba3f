import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';

import { readScoreboard } from '@pure-ftpd/scoreboard';
import { temporaryFolder } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

import { ServerScoreboard } from './server-scoreboard.ts';

const START = { remoteAddress: '192.0.2.1', remotePort: 1024, localAddress: '192.0.2.2', localPort: 21 };
const owner = process.geteuid?.() ?? 0;

function log(): { readonly lines: string[]; write(level: string, text: string): void } {
  const lines: string[] = [];
  return { lines, write: (level, text) => void lines.push(`${level} ${text}`) };
}

test('sessions are served while there can be no scoreboard, which is told once, and shown when there can be', () => {
  using folder = temporaryFolder();
  const directory = path.join(folder.path, 'board');
  symlinkSync('/nowhere', directory);
  const told = log();
  const board = new ServerScoreboard(told, directory);
  expect([board.add(START), board.add(START), board.countOthers('alice')]).toEqual([undefined, undefined, 0]);
  expect(told.lines).toEqual([`WARNING the scoreboard shows not all sessions: ${directory} is not a directory`]);
  rmSync(directory);
  board.add(START)?.login('alice');
  expect(readScoreboard({ directory, owner })).toMatchObject([{ login: 'alice' }]);
  board.close();
  expect(readdirSync(directory)).toEqual([]);
  expect(told.lines).toHaveLength(1);
});

test('sessions of other servers are counted, not those of this one', () => {
  using folder = temporaryFolder();
  const directory = path.join(folder.path, 'board');
  const board = new ServerScoreboard(log(), directory);
  board.add(START)?.login('alice');
  expect(board.countOthers('alice')).toBe(0);
  rmSync(directory, { recursive: true });
  const told = log();
  const blind = new ServerScoreboard(told, directory);
  rmSync(directory, { recursive: true });
  expect([blind.countOthers('alice'), blind.countOthers('alice')]).toEqual([0, 0]);
  expect(told.lines).toEqual([`WARNING the scoreboard shows not all sessions: there is no ${directory}`]);
  mkdirSync(directory, { mode: 0o700 });
  expect(blind.countOthers('alice')).toBe(0);
});

test('entries made beforehand are all there are', () => {
  using folder = temporaryFolder();
  const directory = path.join(folder.path, 'board');
  const told = log();
  const board = new ServerScoreboard(told, directory);
  board.reserve(1);
  chmodSync(directory, 0o755);
  board.add(START)?.login('alice');
  board.add(START)?.login('bob');
  expect(readScoreboard({ directory, owner }).map(({ login }) => login)).toEqual(['alice']);
  expect(told.lines).toHaveLength(1);
  board.close();
});
