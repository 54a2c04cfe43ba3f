import { chmodSync, chownSync, mkdirSync, readdirSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { getpwnamSync } from '@pure-ftpd/posix';
import { RawClient, temporaryFolder } from '@pure-ftpd/testing';
import { describe, expect, test } from 'vitest';

import { AuthorizerError } from '../errors.ts';
import { UnixFilesystem } from '../filesystem/unix-filesystem.ts';
import { FTPHandler } from '../face/ftp-handler.ts';
import { FTPServer } from '../server/ftp-server.ts';
import { startTestServer } from '../testing/test-server.ts';
import type { VerifyPassword } from './hashed-authorizer.ts';
import { Identity } from './identity.ts';
import { parseShells, systemAccounts, type UnixAccount, type UnixAccounts } from './unix-accounts.ts';
import { UnixAuthorizer, type UnixAuthorizerOptions } from './unix-authorizer.ts';

const isRoot = process.getuid?.() === 0;

/** Accounts as a test wants them; every password is `pw-LOGIN`. */
function accountsOf(...list: UnixAccount[]): UnixAccounts {
  return {
    find: (login) => Promise.resolve(list.find(({ name }) => name === login)),
    passwordHash: (login) => `hash of pw-${login}`,
    shells: () => ['/bin/sh', '/bin/bash'],
  };
}

const verify: VerifyPassword = (password, stored) => stored === `hash of ${Buffer.from(password).toString()}`;

async function start(
  options: UnixAuthorizerOptions,
  settings: { fileSystem?: typeof UnixFilesystem } = {},
): Promise<{ readonly ftp: Awaited<ReturnType<typeof startTestServer>>; readonly authorizer: UnixAuthorizer }> {
  class Handler extends FTPHandler {}
  if (settings.fileSystem !== undefined) Handler.abstractedFs = settings.fileSystem;
  const ftp = await startTestServer(Handler);
  const authorizer = new UnixAuthorizer({ verify, impersonate: false, ...options });
  Handler.authorizer = authorizer;
  return { ftp, authorizer };
}

async function answer(port: number, user: string, password = `pw-${user}`): Promise<number> {
  const client = await RawClient.connect(port);
  await client.reply();
  await client.command(`USER ${user}`);
  const { code } = await client.command(`PASS ${password}`);
  client.close();
  return code;
}

describe('UnixAuthorizer', () => {
  test('lets accounts in by their passwords, lists, and shells', async () => {
    using folder = temporaryFolder();
    const home = folder.path;
    const account = { uid: 1000, gid: 1000, home, shell: '/bin/sh' };
    const accounts = accountsOf(
      { ...account, name: 'ann' },
      { ...account, name: 'bob' },
      { ...account, name: 'noshell', shell: '/usr/sbin/nologin' },
      { ...account, name: 'emptyshell', shell: '' },
      { ...account, name: 'ftp', shell: '/bin/false' },
    );
    const rejecting = await start({ accounts, rejectedUsers: ['bob'], anonymousUser: 'ftp' });
    const allowing = await start({ accounts, allowedUsers: ['bob'], requireValidShell: false });
    await using first = rejecting.ftp;
    await using second = allowing.ftp;
    expect(await answer(first.port, 'ann')).toBe(230);
    expect(await answer(first.port, 'ann', 'wrong')).toBe(530);
    expect(await answer(first.port, 'bob')).toBe(530);
    expect(await answer(first.port, 'nobody')).toBe(530);
    expect(await answer(first.port, 'noshell')).toBe(530);
    expect(await answer(first.port, 'emptyshell')).toBe(230);
    expect(await answer(first.port, 'anonymous', 'x')).toBe(230);
    expect(await answer(second.port, 'ann')).toBe(530);
    expect(await answer(second.port, 'bob')).toBe(230);
    expect(await answer(second.port, 'anonymous', 'x')).toBe(530);
  });

  test('refuses the names of accounts that are not there before anybody is served', async () => {
    const accounts = accountsOf({ name: 'ann', uid: 1000, gid: 1000, home: '/', shell: '/bin/sh' });
    for (const options of [
      { allowedUsers: ['nosuchuser'] },
      { rejectedUsers: ['ann', 'nosuchuser'] },
      { anonymousUser: 'nosuchuser' },
    ]) {
      class Handler extends FTPHandler {
        static override authorizer = new UnixAuthorizer({ accounts, impersonate: false, ...options });
      }
      await using server = new FTPServer(['127.0.0.1', 0], Handler);
      await expect(server.listen()).rejects.toThrow('no such account: nosuchuser');
      expect(server.addresses).toEqual([]);
    }
  });

  test('permissions, home, messages and password can be said otherwise for one user', async () => {
    using folder = temporaryFolder();
    const elsewhere = path.join(folder.path, 'elsewhere');
    mkdirSync(elsewhere);
    const account = { uid: 1000, gid: 1000, home: folder.path, shell: '/bin/sh' };
    const accounts = accountsOf({ ...account, name: 'ann' }, { ...account, name: 'bob' });
    const { ftp, authorizer } = await start({ accounts, globalPerm: 'elrw', msgQuit: 'Bye.', anonymousUser: 'bob' });
    await using _ = ftp;
    authorizer.overrideUser('ann', { password: 'own', perm: 'el', msgQuit: 'Bye, Ann.' });
    authorizer.overrideUser('ann', { homeDir: elsewhere });
    expect(await answer(ftp.port, 'ann', 'own')).toBe(230);
    expect(await answer(ftp.port, 'ann', 'pw-ann')).toBe(530);
    expect(await answer(ftp.port, 'bob', 'pw-bob')).toBe(230);
    expect(authorizer.getHomeDir('ann')).toBe(elsewhere);
    expect(authorizer.getHomeDir('bob')).toBe(folder.path);
    expect(['ann', 'bob', 'anonymous'].map((user) => authorizer.getPerms(user))).toEqual(['el', 'elrw', 'elr']);
    expect(authorizer.hasPerm('ann', 'w')).toBe(false);
    expect(['ann', 'bob'].map((user) => authorizer.getMsgQuit(user))).toEqual(['Bye, Ann.', 'Bye.']);
    expect(() => authorizer.getHomeDir('eve')).toThrow(AuthorizerError);
    expect(() => authorizer.overrideUser('ann', { perm: 'z' })).toThrow('no such permission: z');
    expect(() => new UnixAuthorizer({ globalPerm: '?' })).toThrow(AuthorizerError);
  });

  test.runIf(isRoot)(
    'touches files as the user, with the groups of the user, and is itself again after each',
    async () => {
      const nobody = getpwnamSync('nobody');
      if (nobody === undefined) throw new Error('no account nobody');
      using folder = temporaryFolder();
      chmodSync(folder.path, 0o755);
      const home = path.join(realpathSync(folder.path), 'home');
      for (const name of ['', 'secret', 'unlisted', 'listed', 'readonly']) mkdirSync(path.join(home, name));
      chownSync(home, nobody.uid, nobody.gid);
      writeFileSync(path.join(home, 'roots'), 'x', { mode: 0o600 });
      writeFileSync(path.join(home, 'groups'), 'x', { mode: 0o640 });
      writeFileSync(path.join(home, 'secret/file'), 'x');
      chmodSync(path.join(home, 'secret'), 0o700);
      chmodSync(path.join(home, 'unlisted'), 0o711);
      writeFileSync(path.join(home, 'listed/file'), 'x');
      chmodSync(path.join(home, 'listed'), 0o744);
      const { ftp } = await start({
        accounts: accountsOf({ ...nobody, home, shell: '/bin/sh' }),
        impersonate: true,
      });
      await using _ = ftp;
      const client = await RawClient.login(ftp.port, 'nobody', 'pw-nobody');
      await client.command('TYPE I');
      expect((await client.transmit('STOR mine', 'content')).code).toBe(226);
      expect((await client.command('MKD made')).code).toBe(257);
      for (const name of ['mine', 'made']) {
        const { uid, gid } = statSync(path.join(home, name));
        expect({ uid, gid }).toEqual({ uid: nobody.uid, gid: nobody.gid });
      }
      expect((await client.receive('RETR mine')).data.toString()).toBe('content');
      // Group root has 0640: whoever kept the groups of the process could read it.
      for (const line of [
        'RETR roots',
        'RETR groups',
        'CWD secret',
        'MKD readonly/x',
        'STOR readonly/x',
        'SIZE secret/file',
      ])
        expect((await client.receive(line)).reply.code, line).toBe(550);
      expect((await client.command('CWD unlisted')).code).toBe(250);
      for (const line of ['NLST', 'MLSD', 'LIST']) expect((await client.receive(line)).reply.code, line).toBe(550);
      expect((await client.command('CWD ..')).code).toBe(250);
      // Names may be read here, and nothing else be known of them.
      const unknown = (await client.receive('MLSD listed')).data.toString();
      expect(unknown).toBe('');
      expect((await client.receive('NLST listed')).data.toString()).toBe('listed/file\r\n');
      expect((await client.receive('NLST')).data.toString().split('\r\n')).toContain('mine');
      expect((await client.command('RNFR mine')).code).toBe(350);
      expect((await client.command('RNTO other')).code).toBe(250);
      expect((await client.command('DELE other')).code).toBe(250);
      client.close();
      expect([process.geteuid?.(), process.getegid?.()]).toEqual([0, 0]);
      expect(readdirSync(path.join(home, 'secret'))).toEqual(['file']);
    },
  );

  test.runIf(isRoot)('an identity is nested by itself only, and has no group of root', () => {
    const nobody = getpwnamSync('nobody');
    if (nobody === undefined) throw new Error('no account nobody');
    const [one, other] = [Identity.of(nobody), Identity.of(nobody)];
    const before = process.getgroups?.();
    one.assume();
    one.assume();
    try {
      expect(process.geteuid?.()).toBe(nobody.uid);
      expect(process.getgroups?.()).not.toContain(0);
      expect(() => other.assume()).toThrow(AuthorizerError);
      expect(() => other.giveBack()).toThrow(AuthorizerError);
      one.giveBack();
      expect(process.geteuid?.()).toBe(nobody.uid);
    } finally {
      one.giveBack();
    }
    expect(process.geteuid?.()).toBe(0);
    expect(process.getgroups?.()).toEqual(before);
  });

  test.runIf(isRoot)('knows the accounts of the system', async () => {
    expect(await systemAccounts.find('root')).toMatchObject({ uid: 0, gid: 0 });
    expect(await systemAccounts.find('no such account')).toBeUndefined();
    expect(await systemAccounts.passwordHash('root')).toBeTypeOf('string');
    expect(await systemAccounts.passwordHash('no such account')).toBeUndefined();
    expect((await systemAccounts.shells()) ?? ['/bin/sh']).toContain('/bin/sh');
  });

  test('reads /etc/shells', () => {
    expect(parseShells('# comment\n/bin/sh\n\n  /bin/bash # best\nnonsense\n')).toEqual(['/bin/sh', '/bin/bash']);
  });
});

describe('UnixFilesystem', () => {
  test('begins in the home, shows the whole machine, and the names of owners', async () => {
    using folder = temporaryFolder();
    const home = realpathSync(folder.path);
    writeFileSync(path.join(home, 'file'), 'content');
    const { ftp } = await start(
      { accounts: accountsOf({ name: 'ann', uid: 0, gid: 0, home, shell: '/bin/sh' }) },
      { fileSystem: UnixFilesystem },
    );
    await using _ = ftp;
    const client = await RawClient.login(ftp.port, 'ann', 'pw-ann');
    expect((await client.command('PWD')).text).toContain(`"${home}"`);
    if (isRoot) expect((await client.receive('LIST')).data.toString()).toMatch(/ root +root .* file\r\n$/);
    expect((await client.command('CWD /')).code).toBe(250);
    expect((await client.receive('NLST')).data.toString().split('\r\n')).toContain('etc');
    await client.command('TYPE I');
    expect((await client.receive(`RETR ${home}/file`)).data.toString()).toBe('content');
    client.close();
  });

  test('a home that cannot be entered is an error', () => {
    expect(() => new UnixFilesystem('/no/such/home')).toThrow('ENOENT');
  });
});
