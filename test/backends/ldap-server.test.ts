// Our server with -l ldap:FILE, as root, with a helper that asks the directory: what clients hear when that is down, silent or cut,
// and what of an account holds in its session.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';

import { observedTree, OpenLDAP } from '@pure-ftpd/account-servers';
import { type RunningServer, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { RawClient, untilTrue } from '@pure-ftpd/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createUserDatabase } from '../support/user-database.ts';
import { configuration, login, startOurs } from './account-server.ts';
import { READER } from './ldap-transcript.ts';

let directory: OpenLDAP;
let folder: TempFolder;
/** A PureDB with the user `local`. */
let local = '';

/** An account whose home is not there yet. */
function newcomer(home: string): string {
  return `
dn: uid=newcomer,ou=people,dc=example,dc=org
objectClass: account
objectClass: posixAccount
objectClass: PureFTPdUser
cn: newcomer
uid: newcomer
uidNumber: 3901
gidNumber: 3901
homeDirectory: ${home}/./
userPassword: word-of-newcomer
FTPQuotaFiles: 2
FTPQuotaMBytes: 1
FTPUploadRatio: 1
FTPDownloadRatio: 5
`;
}

function fileFor(name: string, port: number, ...lines: readonly string[]): string {
  const base = ['LDAPServer 127.0.0.1', `LDAPPort ${port}`, 'LDAPBaseDN ou=people,dc=example,dc=org', ...READER];
  return configuration(folder, name, [...base, ...lines]);
}

/** A server that asks the directory first, then the PureDB. */
function startFor(file: string, ...words: readonly string[]): Promise<RunningServer> {
  return startOurs('-l', `ldap:${file}`, '-l', `puredb:${local}`, ...words);
}

/** Somebody at a port who does with each connection what it is told. `await using` ends it. */
async function listenAs(serve: (socket: Socket) => void): Promise<{ port: number } & AsyncDisposable> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Passes on to the directory, and cuts one of the connections after so many answers. */
function cutting(connection: number, answers: number): (socket: Socket) => void {
  let connections = 0;
  return (socket) => {
    const isCut = connections === connection;
    connections += 1;
    const upstream = connect({ port: directory.port, host: '127.0.0.1' });
    let heard = 0;
    const end = (): void => {
      upstream.destroy();
      socket.destroy();
    };
    upstream.on('error', end).once('close', end);
    socket.once('close', end).on('data', (chunk: Buffer) => upstream.write(chunk));
    upstream.on('data', (chunk: Buffer) => {
      if (isCut && heard >= answers) end();
      else socket.write(chunk);
      heard += 1;
    });
  };
}

describeWith(['root', 'slapd', 'pureftpd.schema'], 'a server that asks a directory', () => {
  beforeAll(async () => {
    folder = tempFolder();
    chmodSync(folder.path, 0o755);
    for (const name of ['srv', 'srv/alice', 'homes']) {
      mkdirSync(folder.file(name));
      chmodSync(folder.file(name), 0o777);
    }
    const tree = observedTree().replaceAll('/srv/ftp', folder.file('srv'));
    directory = await OpenLDAP.start(tree + newcomer(folder.file('homes/newcomer')));
    const user = { login: 'local', password: 'local', uid: 54_321, gid: 54_321, home: folder.file('srv/alice') };
    local = await createUserDatabase(folder.path, [user]);
  });
  afterAll(async () => {
    await directory[Symbol.asyncDispose]();
    folder.remove();
  });

  test('that is stopped says so once, and once that it is back; users of another backend come in meanwhile', async () => {
    await using server = await startFor(fileFor('a.conf', directory.port));
    expect((await login(server.port, 'alice', 'pw')).code).toBe(230);
    await directory.stop();
    const codes = await Promise.all(
      [...Array.from({ length: 5 }, () => ['alice', 'pw'] as const), ['local', 'local'] as const].map(
        async ([user, password]) => (await login(server.port, user, password)).code,
      ),
    );
    expect(codes).toEqual([530, 530, 530, 530, 530, 230]);
    await directory.start();
    await untilTrue('alice gets in again', async () => (await login(server.port, 'alice', 'pw')).code === 230);
    const said = server.process.output;
    expect(said.match(/The LDAP server seems to be down/g)).toHaveLength(1);
    expect(said.match(/The LDAP server is back/g)).toHaveLength(1);
  });

  test('that is silent is waited for as long as the file says, and keeps nobody of another backend waiting', async () => {
    await using silent = await listenAs(() => undefined);
    const file = fileFor('b.conf', silent.port, 'LDAPTimeout 2');
    // Who is in the PureDB is not asked for in the directory.
    await using server = await startOurs('-l', `puredb:${local}`, '-l', `ldap:${file}`);
    const client = await RawClient.connect(server.port);
    await client.reply();
    await client.command('USER alice');
    client.send('PASS pw\r\n');
    let isAnswered = false;
    const answer = client.reply().finally(() => (isAnswered = true));
    expect((await login(server.port, 'local', 'local')).code).toBe(230);
    expect(isAnswered).toBe(false);
    expect((await answer).code).toBe(530);
    expect(server.process.output).toMatch(/The LDAP server seems to be down \[ldap:/);
    client.close();
  });

  test.each([
    ['before the first answer', 0, 0],
    ['before it answers the search', 0, 1],
    ['before it says whether the password is right', 1, 0],
  ])('that is cut off %s: the login is unknown, and the next backend is asked', async (_, connection, answers) => {
    await using cut = await listenAs(cutting(connection, answers));
    const bind = fileFor(`cut-${connection}-${answers}.conf`, cut.port, 'LDAPAuthMethod bind');
    await using server = await startFor(bind);
    expect((await login(server.port, 'alice', 'pw')).code).toBe(530);
    expect((await login(server.port, 'local', 'local')).code).toBe(230);
    expect(server.process.output).toMatch(/The LDAP server seems to be down \[ldap:/);
    // Once only: the connections after that are passed on.
    await untilTrue('alice gets in', async () => (await login(server.port, 'alice', 'pw')).code === 230);
  });

  test('no password of the file or of a user is in the log, a title or an environment', async () => {
    await using server = await startFor(fileFor('c.conf', directory.port), '-d');
    await Promise.all(
      ['pw-of-nobody-else', 'word-of-newcomer'].map((password) => login(server.port, 'newcomer', password)),
    );
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const visible = pids.map((pid) => {
      try {
        const text = ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'latin1')).join('');
        return text.startsWith('pure-ftpd (') ? text : '';
      } catch {
        return ''; // It has ended.
      }
    });
    expect(visible.some((text) => text.startsWith('pure-ftpd (LDAP)'))).toBe(true);
    for (const secret of ['readerpw', 'pw-of-nobody-else', 'word-of-newcomer'])
      expect(server.process.output + visible.join('')).not.toContain(secret);
  });

  test('an account has its home on demand, its quota and its ratio in the session', async () => {
    const home = folder.file('homes/newcomer');
    await using server = await startFor(fileFor('d.conf', directory.port), '-j');
    expect(existsSync(home)).toBe(false);
    const client = await RawClient.connect(server.port);
    await client.reply();
    await client.command('USER newcomer');
    const reply = await client.command('PASS word-of-newcomer');
    expect(reply.code).toBe(230);
    expect(reply.text).toMatch(/5 downloaded for 1 uploaded/);
    expect(reply.text).toMatch(/0 files of 2 .*\n.* of 1024 /);
    expect(statSync(home)).toMatchObject({ uid: 3901, gid: 3901 });
    expect((await client.command('PWD')).text).toContain('"/"');
    const made = [];
    for (const name of ['one', 'two', 'three']) made.push((await client.command(`MKD ${name}`)).code);
    // Two files are all that the quota lets be.
    expect(made).toEqual([257, 257, 552]);
    client.close();
  });
});
