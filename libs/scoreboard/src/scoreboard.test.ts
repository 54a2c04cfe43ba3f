import { fork } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { afterEach, describe, expect, test, vi } from 'vitest';

import { type Entry, parseEntry, SessionState } from './entry.ts';
import type { ScoreboardError } from './errors.ts';
import { readScoreboard } from './read-scoreboard.ts';
import { ActivityReporter } from './reporting.ts';
import { Scoreboard } from './scoreboard.ts';
import { scoreboardPlace } from './place.ts';
import { BoardFolder, OWNER } from './testing/board-folder.ts';

const START = { remoteAddress: '2001:db8::77', remotePort: 1024, localAddress: '2001:db8::10', localPort: 21 };
const isRoot = process.geteuid?.() === 0;

afterEach(() => void vi.useRealTimers());

/** What the only entry on the board says. */
function only(folder: BoardFolder): Entry {
  const [name = '', ...others] = readdirSync(folder.path);
  expect(others).toEqual([]);
  const entry = parseEntry(readFileSync(join(folder.path, name)));
  if (entry === undefined) throw new Error('no entry');
  return entry;
}

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

describe('a session on the board', () => {
  test('is there from its connection to its end', () => {
    using folder = new BoardFolder();
    using board = Scoreboard.open({ directory: folder.path });
    const before = openDescriptors();
    const session = board.add(START);
    const [name = ''] = readdirSync(folder.path);
    expect(name).toMatch(new RegExp(`^client-${String(process.pid).padStart(8, '0')}\\.[0-9a-z]+\\.1$`));
    expect(statSync(join(folder.path, name)).mode & 0o7777).toBe(0o600);
    expect(only(folder)).toMatchObject({ state: SessionState.idle, pid: process.pid, login: '?', file: '' });
    session.login('alice');
    expect(only(folder).login).toBe('alice');
    session.end();
    session.end();
    session.login('bob');
    expect(readdirSync(folder.path)).toEqual([]);
    expect(openDescriptors()).toBe(before);
    expect(board.size).toBe(0);
  });

  test('shows a download as it goes on, and keeps its sizes when it is over', () => {
    vi.useFakeTimers({ now: 2_000_000_000_000 });
    using folder = new BoardFolder();
    using board = Scoreboard.open({ directory: folder.path });
    const session = board.add(START);
    vi.setSystemTime(2_000_000_010_000);
    let position = 100;
    session.transfer({
      direction: 'download',
      name: 'big\udcff.iso',
      offset: 100,
      size: 5000,
      position: () => position,
    });
    expect(only(folder)).toMatchObject({
      state: SessionState.downloading,
      sessionStart: 2_000_000_000n,
      transferStart: 2_000_000_010n,
      restartOffset: 100n,
      totalSize: 5000n,
      currentSize: 100n,
      file: 'big\udcff.iso',
    });
    position = 2500;
    vi.advanceTimersByTime(1000);
    expect(only(folder).currentSize).toBe(2500n);
    position = 5000;
    session.idle();
    expect(only(folder)).toMatchObject({
      state: SessionState.idle,
      transferStart: 2_000_000_010n,
      restartOffset: 100n,
      totalSize: 5000n,
      currentSize: 5000n,
      file: '',
    });
    position = 6000;
    vi.advanceTimersByTime(5000);
    expect(only(folder).currentSize).toBe(5000n);
  });

  test('shows of an upload how far it is in both sizes', () => {
    vi.useFakeTimers();
    using folder = new BoardFolder();
    using board = Scoreboard.open({ directory: folder.path });
    const session = board.add(START);
    let position = 700;
    session.transfer({ direction: 'upload', name: 'up', offset: 700, position: () => position });
    expect(only(folder)).toMatchObject({
      state: SessionState.uploading,
      restartOffset: 700n,
      totalSize: 0n,
      currentSize: 700n,
    });
    position = 1000;
    vi.advanceTimersByTime(1000);
    expect(only(folder)).toMatchObject({ totalSize: 1000n, currentSize: 1000n });
  });

  test('is asked where it is once a second, however many there are', () => {
    vi.useFakeTimers();
    using folder = new BoardFolder();
    using board = Scoreboard.open({ directory: folder.path });
    const asked = vi.fn<() => number>(() => 0);
    for (let count = 0; count < 25; count += 1)
      board.add(START).transfer({ direction: 'upload', name: 'up', offset: 0, position: asked });
    vi.advanceTimersByTime(3000);
    expect(asked).toHaveBeenCalledTimes(75);
  });

  test('may be served by another process', () => {
    using folder = new BoardFolder();
    using board = Scoreboard.open({ directory: folder.path });
    const session = board.add({ ...START, pid: 1 });
    expect(only(folder).pid).toBe(1);
    session.servedBy(process.pid);
    expect(only(folder).pid).toBe(process.pid);
  });

  test.each(['debian', 'upstream', 'musl'] as const)('is written for readers of %s', (layout) => {
    using folder = new BoardFolder();
    using board = Scoreboard.open({ directory: folder.path, layout });
    board.add(START).transfer({ direction: 'download', name: 'x'.repeat(2000), offset: 0, position: () => 0 });
    expect(only(folder).file).toBe('x'.repeat(layout === 'musl' ? 2000 : 1023));
  });

  test('has an entry of its own among thousands, and all go when the board is closed', () => {
    using folder = new BoardFolder();
    const before = openDescriptors();
    const board = Scoreboard.open({ directory: folder.path });
    for (let count = 0; count < 1000; count += 1) board.add(START).login(`user${count}`);
    const logins = new Set(readScoreboard({ directory: folder.path, owner: OWNER }).map(({ login }) => login));
    expect(logins.size).toBe(1000);
    board.close();
    expect(readdirSync(folder.path)).toEqual([]);
    expect(openDescriptors()).toBe(before);
  });

  test('meets no session of another board of the same process', () => {
    using folder = new BoardFolder();
    using first = Scoreboard.open({ directory: folder.path });
    first.add(START).login('first');
    using second = Scoreboard.open({ directory: folder.path });
    second.add(START).login('second');
    const logins = readScoreboard({ directory: folder.path, owner: OWNER }).map(({ login }) => login);
    expect(logins.toSorted()).toEqual(['first', 'second']);
  });
});

describe('the directory', () => {
  test('is made for its owner alone, and closed when it is open to others', () => {
    using folder = new BoardFolder();
    using board = Scoreboard.open({ directory: folder.path });
    expect(statSync(folder.path).mode & 0o7777).toBe(0o700);
    chmodSync(folder.path, 0o777);
    board.add(START);
    expect(statSync(folder.path).mode & 0o7777).toBe(0o700);
  });

  test('is made again when somebody took it away, and who was on it misses nothing', () => {
    using folder = new BoardFolder();
    const onError = vi.fn<(error: ScoreboardError) => void>();
    using board = Scoreboard.open({ directory: folder.path, onError });
    const lost = board.add(START);
    rmSync(folder.path, { recursive: true });
    board.add(START).login('next');
    lost.login('lost');
    lost.end();
    expect(only(folder).login).toBe('next');
    expect(onError).not.toHaveBeenCalled();
  });

  test('is no link, and no file', () => {
    using folder = new BoardFolder();
    mkdirSync(folder.beside('elsewhere'));
    symlinkSync(folder.beside('elsewhere'), folder.path);
    const untrusted = expect.objectContaining({ code: 'SCOREBOARD_UNTRUSTED' });
    expect(() => Scoreboard.open({ directory: folder.path })).toThrow(untrusted);
    rmSync(folder.path);
    writeFileSync(folder.path, '');
    expect(() => Scoreboard.open({ directory: folder.path })).toThrow(untrusted);
    expect(readdirSync(folder.beside('elsewhere'))).toEqual([]);
  });

  test.skipIf(!isRoot)('is not believed when it is another user’s', () => {
    using folder = new BoardFolder();
    mkdirSync(folder.path);
    chownSync(folder.path, 65_534, 65_534);
    expect(() => Scoreboard.open({ directory: folder.path })).toThrow(/belongs to user 65534/);
  });

  test('that cannot be used any more stops no session, and is told of once', () => {
    using folder = new BoardFolder();
    const errors: ScoreboardError[] = [];
    using board = Scoreboard.open({ directory: folder.path, onError: (error) => void errors.push(error) });
    rmSync(folder.path, { recursive: true });
    writeFileSync(folder.path, '');
    const session = board.add(START);
    session.login('alice');
    session.transfer({ direction: 'upload', name: 'up', offset: 0, position: () => 0 });
    session.idle();
    session.end();
    board.add(START);
    expect(errors.map(({ code }) => code)).toEqual(['SCOREBOARD_UNTRUSTED']);
    rmSync(folder.path);
    board.add(START);
    expect(only(folder).login).toBe('?');
  });
});

test('after kill -9 the entries are gone at the next look', async () => {
  using folder = new BoardFolder();
  const child = fork(join(import.meta.dirname, 'testing', 'sessions-of-another-process.ts'), [folder.path], {
    execArgv: [],
  });
  await once(child, 'message');
  expect(readScoreboard({ directory: folder.path, owner: OWNER })).toHaveLength(3);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(readScoreboard({ directory: folder.path, owner: OWNER })).toEqual([]);
  expect(readdirSync(folder.path)).toEqual([]);
});

describe('a process that may not write', () => {
  test('has what its sessions transfer shown by one that may', () => {
    vi.useFakeTimers();
    using folder = new BoardFolder();
    using board = Scoreboard.open({ directory: folder.path });
    const session = board.add(START);
    const reporter = new ActivityReporter();
    const activity = reporter.session({
      // As it travels between processes.
      begin: (start) => session.begin(JSON.parse(JSON.stringify(start))),
      progress: (position) => session.progress(position),
      idle: () => session.idle(),
    });
    let position = 10;
    activity.transfer({ direction: 'download', name: 'f\udc80', offset: 10, size: 1000, position: () => position });
    expect(only(folder)).toMatchObject({
      state: SessionState.downloading,
      file: 'f\udc80',
      totalSize: 1000n,
      currentSize: 10n,
    });
    position = 500;
    vi.advanceTimersByTime(1000);
    expect(only(folder).currentSize).toBe(500n);
    position = 1000;
    activity.idle();
    expect(only(folder)).toMatchObject({ state: SessionState.idle, file: '', currentSize: 1000n });
    session.end();
    expect(readdirSync(folder.path)).toEqual([]);
    reporter.close();
  });
});

test('names that are not text, and too long, are shown by their last bytes', () => {
  using folder = new BoardFolder();
  using board = Scoreboard.open({ directory: folder.path });
  board.add(START).transfer({ direction: 'upload', name: `${'\udcff'.repeat(3000)}é`, offset: 0, position: () => 0 });
  expect(only(folder).file).toBe(`${'\udcff'.repeat(1021)}é`);
  expect(existsSync(folder.path)).toBe(true);
});

describe('entries made beforehand', () => {
  test('are taken and given back, and nothing of a session stays in them', () => {
    using folder = new BoardFolder();
    const errors: ScoreboardError[] = [];
    const board = Scoreboard.open({ directory: folder.path, onError: (error) => errors.push(error) });
    const before = openDescriptors();
    board.reserve(2);
    const names = readdirSync(folder.path).toSorted();
    expect(names).toHaveLength(2);
    const shown = (): string[] => readScoreboard({ directory: folder.path, owner: OWNER }).map(({ login }) => login);
    expect(shown()).toEqual([]);
    const first = board.add(START);
    first.login('alice');
    const second = board.add(START);
    // There is no entry for a third one, which is told once.
    board.add(START).login('nobody');
    board.add(START).end();
    expect(errors.map(({ code }) => code)).toEqual(['SCOREBOARD_WRITE']);
    expect(shown().toSorted()).toEqual(['?', 'alice']);
    first.transfer({ direction: 'upload', name: 'secret', offset: 7, position: () => 8 });
    first.end();
    expect(shown()).toEqual(['?']);
    const contents = names.map((name) => readFileSync(join(folder.path, name), 'latin1'));
    expect(contents.join('')).not.toMatch(/alice|secret/);
    const third = board.add(START);
    expect(readdirSync(folder.path).toSorted()).toEqual(names);
    expect(shown()).toHaveLength(2);
    second.end();
    third.end();
    expect(readdirSync(folder.path).toSorted()).toEqual(names);
    board.close();
    expect(readdirSync(folder.path)).toEqual([]);
    expect(openDescriptors()).toBe(before);
  });

  test('need no right to the directory any more', () => {
    using folder = new BoardFolder();
    const board = Scoreboard.open({ directory: folder.path });
    board.reserve(1);
    const moved = `${folder.path}.moved`;
    renameSync(folder.path, moved);
    try {
      board.add(START).login('alice');
      expect(readScoreboard({ directory: moved, owner: OWNER })).toMatchObject([{ login: 'alice' }]);
    } finally {
      renameSync(moved, folder.path);
      board.close();
    }
  });
});

test('the scoreboard of a user is in the folder of the session', () => {
  const runtime = { XDG_RUNTIME_DIR: '/run/user/3001' };
  expect(scoreboardPlace(runtime)).toEqual(
    isRoot
      ? { directory: '/var/run/pure-ftpd', owner: 0 }
      : { directory: '/run/user/3001/pure-ftpd', owner: process.geteuid?.() },
  );
  const none = isRoot ? { directory: '/var/run/pure-ftpd', owner: 0 } : undefined;
  expect(scoreboardPlace({})).toEqual(none);
  expect(scoreboardPlace({ XDG_RUNTIME_DIR: 'here' })).toEqual(none);
});
