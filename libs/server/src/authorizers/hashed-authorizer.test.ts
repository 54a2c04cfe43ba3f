import { spawnSync } from 'node:child_process';

import { hashPassword } from '@pure-ftpd/passwords';
import { untilTrue } from '@pure-ftpd/testing';
import { describe, expect, test } from 'vitest';

import { FTPHandler } from '../face/ftp-handler.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { HashedAuthorizer, type HashedAuthorizerOptions } from './hashed-authorizer.ts';

/** A server whose user `user` has this hash. */
async function startWith(hash: string, options: HashedAuthorizerOptions = {}): Promise<TestServer> {
  class Handler extends FTPHandler {}
  const ftp = await startTestServer(Handler);
  const authorizer = new HashedAuthorizer(options);
  authorizer.addUser('user', hash, ftp.folder, { perm: 'elr', msgQuit: 'So long.' });
  authorizer.addAnonymous(ftp.folder);
  Handler.authorizer = authorizer;
  return ftp;
}

async function answer(ftp: TestServer, user: string, password: string): Promise<number> {
  const client = await ftp.connect();
  await client.command(`USER ${user}`);
  return (await client.command(`PASS ${password}`)).code;
}

describe('HashedAuthorizer', () => {
  test('lets in who knows the password of the hash', async () => {
    const hash = await hashPassword(Buffer.from('sécret'), { totalMemory: 8192, concurrentLogins: 100 });
    await using ftp = await startWith(hash);
    expect(await answer(ftp, 'user', Buffer.from('sécret').toString('latin1'))).toBe(230);
    expect(await answer(ftp, 'user', 'secret')).toBe(530);
    expect(await answer(ftp, 'user', hash)).toBe(530);
    expect(await answer(ftp, 'nobody', 'secret')).toBe(530);
    expect(await answer(ftp, 'anonymous', 'me@example.org')).toBe(230);
  });

  test('what is no hash matches nothing, itself neither', async () => {
    await using ftp = await startWith('secret');
    expect(await answer(ftp, 'user', 'secret')).toBe(530);
  });

  test('asks a function of the caller, for unknown users as well, and never lets those in', async () => {
    const asked: (string | undefined)[] = [];
    await using ftp = await startWith('HASH', {
      verify: (password, stored) => {
        asked.push(stored);
        return Buffer.from(password).toString() === 'secret';
      },
    });
    expect(await answer(ftp, 'user', 'secret')).toBe(230);
    expect(await answer(ftp, 'user', 'wrong')).toBe(530);
    expect(await answer(ftp, 'nobody', 'secret')).toBe(530);
    expect(asked).toEqual(['HASH', 'HASH', undefined]);
  });

  test('says when the client has gone before the answer', async () => {
    let signal: AbortSignal | undefined;
    await using ftp = await startWith('HASH', {
      verify: (_password, _stored, gone) => {
        signal = gone;
        return new Promise((resolve) => {
          gone.addEventListener('abort', () => resolve(false));
        });
      },
    });
    const client = await ftp.connect();
    await client.command('USER user');
    client.send('PASS secret\r\n');
    await untilTrue('it is asked', () => signal !== undefined);
    client.socket.resetAndDestroy();
    await untilTrue('it is told', () => signal?.aborted === true);
    expect(signal?.aborted).toBe(true);
  });
});

test('refuses a hash that nobody can check here, instead of all who know its password', () => {
  const door = new URL('../index.ts', import.meta.url).href;
  const hash = `$2b$05$${'a'.repeat(53)}`;
  const script = `
    import { registerHooks } from 'node:module';
    registerHooks({ resolve: (name, context, next) => { if (name === 'koffi') throw new Error('none'); return next(name, context); } });
    const { HashedAuthorizer } = await import('${door}');
    const add = (options) => new HashedAuthorizer(options).addUser('user', '${hash}', '/');
    add({ verify: () => true });
    try { add(); } catch (error) { console.log(error.name, error.message); }
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^AuthorizerError the hash of user cannot be checked here/);
});
