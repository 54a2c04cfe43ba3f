import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';

import { temporaryFolder } from '@pure-ftpd/testing';
import { describe, expect, test } from 'vitest';

import { AuthorizerError } from '../errors.ts';
import { DummyAuthorizer } from './dummy-authorizer.ts';

describe('DummyAuthorizer', () => {
  test('refuses users and homes that make no sense', () => {
    using folder = temporaryFolder();
    const authorizer = new DummyAuthorizer();
    authorizer.addUser('user', 'x', folder.path);
    expect(() => authorizer.addUser('user', 'x', folder.path)).toThrow(AuthorizerError);
    expect(() => authorizer.addUser('', 'x', folder.path)).toThrow(AuthorizerError);
    expect(() => authorizer.addUser('other', 'x', path.join(folder.path, 'missing'))).toThrow(AuthorizerError);
    expect(() => authorizer.addUser('other', 'x', folder.path, { perm: 'elz' })).toThrow('no such permission: z');
    expect(() => authorizer.addAnonymous(folder.path, { perm: 'elrw' })).toThrow(AuthorizerError);
    expect(() => authorizer.removeUser('nobody')).toThrow(AuthorizerError);
  });

  test('gives the permissions of the closest rule above a file', async () => {
    using folder = temporaryFolder();
    for (const name of ['open/below', 'flat/below', 'open/closed'])
      mkdirSync(path.join(folder.path, name), { recursive: true });
    const authorizer = new DummyAuthorizer();
    authorizer.addUser('user', 'x', folder.path, { perm: 'elr' });
    const home = await authorizer.getHomeDir('user');
    authorizer.overridePerm('user', path.join(home, 'open'), 'elrw', true);
    authorizer.overridePerm('user', path.join(home, 'open/closed'), '');
    authorizer.overridePerm('user', path.join(home, 'flat'), 'elrw');
    const may = (file: string): unknown => authorizer.hasPerm('user', 'w', path.join(home, file));
    expect(may('file')).toBe(false);
    expect(may('open/file')).toBe(true);
    expect(may('open/below/deep/file')).toBe(true);
    expect(may('open/closed/file')).toBe(false);
    expect(may('open/closed/below/file')).toBe(true);
    expect(may('flat/file')).toBe(true);
    expect(may('flat/below/file')).toBe(false);
    expect(may('opening/file')).toBe(false);
    expect(authorizer.hasPerm('user', 'w')).toBe(false);
    expect(() => authorizer.overridePerm('user', path.dirname(home), 'w')).toThrow('outside the home');
    symlinkSync('/', path.join(home, 'link'));
    expect(() => authorizer.overridePerm('user', path.join(home, 'link/etc'), 'w')).toThrow('outside the home');
  });
});
