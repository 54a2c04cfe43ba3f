import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { secureDirectory } from './directory.ts';
import { ownPrefix } from './entry-name.ts';
import { readScoreboard, sweepScoreboard } from './read-scoreboard.ts';
import { BoardFolder, OWNER, sample } from './testing/board-folder.ts';
import { countForeignSessions } from './user-sessions.ts';

const isRoot = process.geteuid?.() === 0;

function made(): BoardFolder {
  const folder = new BoardFolder();
  secureDirectory(folder.path, OWNER);
  return folder;
}

function read(folder: BoardFolder): string[] {
  return readScoreboard({ directory: folder.path, owner: OWNER }).map(({ name }) => name);
}

/** A process id that nobody has: of one that has ended. */
function deadPid(): number {
  return Number(execFileSync('sh', ['-c', 'echo $$']).toString());
}

function withPid(pid: number): Buffer {
  const entry = Buffer.from(sample('idle'));
  entry.writeInt32LE(pid, 4);
  return entry;
}

describe('reading the scoreboard', () => {
  test('shows entries of both layouts, and of any name of C or ours', () => {
    using folder = made();
    folder.put('client-00000001', sample('idle'));
    folder.put('client-1', sample('file-1023.upstream'));
    folder.put(`${ownPrefix(process.pid)}1`, withPid(process.pid));
    folder.put('other', sample('idle'));
    expect(read(folder).toSorted()).toEqual(['client-00000001', 'client-1', `${ownPrefix(process.pid)}1`].toSorted());
  });

  test('passes over what is short, long, empty, open to nobody, free, or no file', () => {
    using folder = made();
    folder.put('client-00000001', sample('idle').subarray(0, 1463));
    folder.put('client-00000002', Buffer.concat([sample('idle'), Buffer.alloc(1)]));
    folder.put('client-00000003', Buffer.alloc(0));
    folder.put('client-00000004', sample('idle'), 0o400);
    folder.put('client-00000005', sample('state-free'));
    mkdirSync(`${folder.path}/client-00000006`);
    execFileSync('mkfifo', [`${folder.path}/client-00000007`]);
    expect(read(folder)).toEqual([]);
    expect(readdirSync(folder.path)).toHaveLength(7);
  });

  test('follows no link', () => {
    using folder = made();
    writeFileSync(folder.beside('secret'), sample('idle'), { mode: 0o600 });
    symlinkSync(folder.beside('secret'), `${folder.path}/client-00000001`);
    expect(read(folder)).toEqual([]);
  });

  test.skipIf(!isRoot)('believes nobody but the owner', () => {
    using folder = made();
    const path = folder.put('client-00000001', sample('idle'));
    chownSync(path, 65_534, 65_534);
    expect(read(folder)).toEqual([]);
  });

  test('deletes entries of processes that are gone', () => {
    using folder = made();
    folder.put('client-00000001', withPid(deadPid()));
    folder.put('client-00000002', sample('pid-dead'));
    expect(read(folder)).toEqual([]);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('deletes an entry of ours whose process id another process has by now', () => {
    using folder = made();
    const name = `client-${String(process.pid).padStart(8, '0')}.1.1`;
    folder.put(name, withPid(process.pid));
    expect(read(folder)).toEqual([]);
    expect(existsSync(`${folder.path}/${name}`)).toBe(false);
  });

  test.each([
    [-1, []],
    [-5000, []],
    [0, ['client-00000001']],
  ])('takes process %i for what C takes it, but no group', (pid, shown) => {
    using folder = made();
    folder.put('client-00000001', withPid(pid));
    expect(read(folder)).toEqual(shown);
  });

  test('says that there is no directory, or that it cannot be read', () => {
    using folder = new BoardFolder();
    expect(() => read(folder)).toThrow(expect.objectContaining({ code: 'SCOREBOARD_MISSING' }));
    writeFileSync(folder.path, '');
    expect(() => read(folder)).toThrow(expect.objectContaining({ code: 'SCOREBOARD_ACCESS' }));
  });
});

describe('sweeping', () => {
  test('deletes what dead servers left, and what an earlier process of this id left', () => {
    using folder = made();
    const own = ownPrefix(process.pid);
    const pid = String(process.pid).padStart(8, '0');
    const dead = String(deadPid()).padStart(8, '0');
    const kept = ['client-00000001', `${own}1`, 'client-', 'other'];
    const left = [`client-${dead}`, `client-${dead}.abc.4`, `client-${pid}`, `client-${pid}.1.4`];
    for (const name of [...kept, ...left]) folder.put(name, sample('idle'));
    sweepScoreboard(folder.path, own);
    expect(readdirSync(folder.path).toSorted()).toEqual(kept.toSorted());
  });
});

describe('sessions of a user on other servers', () => {
  test('are counted by login, whatever their state, without regard to case', () => {
    using folder = made();
    const own = ownPrefix(process.pid);
    folder.put('client-00000001', sample('idle'));
    folder.put('client-00000001.0.2', sample('state-free'));
    folder.put('client-00000001.0.3', sample('bytes-80-ff'));
    folder.put(`${own}1`, sample('idle'));
    folder.put('client-04194304', sample('idle'));
    expect(countForeignSessions(folder.path, 'ALICE', own, OWNER)).toBe(2);
    expect(countForeignSessions(folder.path, 'bob', own, OWNER)).toBe(0);
    expect(existsSync(`${folder.path}/client-04194304`)).toBe(false);
  });
});
