import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { servedIdentity } from './identity.ts';
import { StartError, isReachable, prepareState } from './state.ts';

const purePw = join(import.meta.dirname, '..', '..', '..', 'node_modules', '.bin', 'pure-pw');
const identity = servedIdentity();

let parent = '';
let base = '';
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'start-'));
  chmodSync(parent, 0o755);
  base = join(parent, 'state');
});
afterEach(() => rmSync(parent, { recursive: true }));

function userLine(): string[] {
  return readFileSync(join(base, 'pureftpd.passwd'), 'utf8').split(':');
}

describe('prepareState', () => {
  test('makes a folder, a user with a random password, and a database that only the served identity reads', () => {
    const state = prepareState(base, identity, purePw);
    expect(state.password).toMatch(/^[A-Za-z2-9]{20}$/);
    expect(userLine().slice(2, 6)).toEqual([String(identity.uid), String(identity.gid), '', `${state.folder}/./`]);
    expect(statSync(join(base, 'password')).mode & 0o777).toBe(0o600);
    expect(statSync(state.database)).toMatchObject({ uid: identity.uid, gid: identity.gid });
    expect(statSync(state.database).mode & 0o777).toBe(0o600);
    expect(statSync(state.folder)).toMatchObject({ uid: identity.uid, gid: identity.gid });
    expect(readFileSync(join(state.folder, 'welcome.txt'), 'utf8')).toContain('pure-ftpd');
  });

  test('a second time keeps password, hash and files', () => {
    const first = prepareState(base, identity, purePw);
    const hash = userLine()[1];
    unlinkSync(join(first.folder, 'welcome.txt'));
    writeFileSync(join(first.folder, 'mine'), 'content');
    expect(prepareState(base, identity, purePw)).toEqual(first);
    expect(userLine()[1]).toBe(hash);
    expect(readFileSync(join(first.folder, 'mine'), 'utf8')).toBe('content');
    expect(statSync(join(first.folder, 'welcome.txt'), { throwIfNoEntry: false })).toBeUndefined();
  });

  test('a lost database is made again, and other users stay', () => {
    const state = prepareState(base, identity, purePw);
    const passwd = join(base, 'pureftpd.passwd');
    writeFileSync(passwd, `${readFileSync(passwd, 'utf8')}other:x:1:1::/other::::::::::::\n`);
    unlinkSync(state.database);
    prepareState(base, identity, purePw);
    expect(statSync(state.database).size).toBeGreaterThan(0);
    expect(readFileSync(passwd, 'utf8')).toContain('\nother:');
  });

  test('a file in the place of the folder is told in one line', () => {
    writeFileSync(base, '');
    expect(() => prepareState(base, identity, purePw)).toThrow(StartError);
    expect(() => prepareState(base, identity, purePw)).toThrow(
      /^cannot use .*; set PURE_FTPD_STATE to another folder$/,
    );
  });
});

describeWith(['root'], 'prepareState as root', () => {
  test('a place where no folder can be made is told in one line, and at once', () => {
    expect(() => prepareState('/proc/nowhere/state', identity, purePw)).toThrow(StartError);
  });

  test('a user of another identity is given the new one', () => {
    prepareState(base, { uid: 4001, gid: 4001 }, purePw);
    const hash = userLine()[1];
    const state = prepareState(base, { uid: 4002, gid: 4003 }, purePw);
    expect(userLine().slice(1, 4)).toEqual([hash, '4002', '4003']);
    expect(statSync(state.database)).toMatchObject({ uid: 4002, gid: 4003 });
  });

  test('a folder that the served identity cannot reach is refused', () => {
    chmodSync(parent, 0o700);
    expect(() => prepareState(base, { uid: 4001, gid: 4001 }, purePw)).toThrow(/cannot be reached by uid 4001/);
  });

  test('reaching is judged by owner, group and others', () => {
    mkdirSync(base);
    chownSync(base, 4001, 4002);
    for (const [mode, who] of [
      [0o700, { uid: 4001, gid: 1 }],
      [0o710, { uid: 1, gid: 4002 }],
      [0o701, { uid: 1, gid: 1 }],
    ] as const) {
      chmodSync(base, mode);
      expect(isReachable(join(base, 'below'), who)).toBe(true);
      chmodSync(base, 0);
      expect(isReachable(join(base, 'below'), who)).toBe(false);
    }
  });
});
