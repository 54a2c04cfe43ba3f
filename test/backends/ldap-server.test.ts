// Our server with -l ldap:FILE, as root, with a helper that asks the directory: what clients hear when that is down, silent or cut,
// and what of an account holds in its session.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';

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

/** An account whose home is not there yet. @param limits Lines of its entry. */
function newcomer(login: string, limits: string): string {
  return `
dn: uid=${login},ou=people,dc=example,dc=org
objectClass: account
objectClass: posixAccount
objectClass: PureFTPdUser
cn: ${login}
uid: ${login}
uidNumber: 3901
gidNumber: 3901
homeDirectory: ${folder.file(`homes/${login}`)}/./
userPassword: word-of-${login}
${limits}
`;
}

const QUOTA_AND_RATIO = `FTPQuotaFiles: 2
FTPQuotaMBytes: 1
FTPUploadRatio: 1
FTPDownloadRatio: 5`;
const BANDWIDTH = `FTPUploadBandwidth: 20
FTPDownloadBandwidth: 30`;

/** A session of binary transfers, and what it was told at the login. */
async function session(
  server: RunningServer,
  user: string,
  password: string,
): Promise<{ readonly client: RawClient; readonly told: string }> {
  const client = await RawClient.connect(server.port);
  await client.reply();
  await client.command(`USER ${user}`);
  const { code, text } = await client.command(`PASS ${password}`);
  expect([user, code]).toEqual([user, 230]);
  await client.command('TYPE I');
  return { client, told: text };
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
    directory = await OpenLDAP.start(tree + newcomer('newcomer', QUOTA_AND_RATIO) + newcomer('slow', BANDWIDTH));
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

  // Whoever is refused waits for seconds: these do so beside each other.
  test.concurrent.each([
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

  test.concurrent('no password of the file or of a user is in the log, a title or an environment', async () => {
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

  test.concurrent('an account has its home on demand, its quota and its ratio in the session', async () => {
    const home = folder.file('homes/newcomer');
    await using server = await startFor(fileFor('d.conf', directory.port), '-j');
    expect(existsSync(home)).toBe(false);
    const { client, told } = await session(server, 'newcomer', 'word-of-newcomer');
    expect(told).toMatch(/5 downloaded for 1 uploaded/);
    expect(told).toMatch(/0 files of 2 .*\n.* of 1024 /);
    expect(statSync(home)).toMatchObject({ uid: 3901, gid: 3901 });
    expect((await client.command('PWD')).text).toContain('"/"');
    writeFileSync(path.join(home, 'file'), Buffer.alloc(30_000));
    await client.passive();
    expect((await client.command('RETR file')).code).toBe(550);
    expect((await client.transmit('STOR up', Buffer.alloc(6_000))).code).toBe(226);
    expect((await client.receive('RETR file')).data).toHaveLength(30_000);
    expect((await client.transmit('STOR up', Buffer.alloc(1_048_576 + 1))).code).toBe(552);
    const made = [];
    for (const name of ['one', 'two']) made.push((await client.command(`MKD ${name}`)).code);
    // Two files are all that the quota lets be.
    expect(made).toEqual([257, 552]);
    client.close();
  });

  test.concurrent('an account has its bandwidth in the session, in kibibytes a second', async () => {
    await using server = await startFor(fileFor('e.conf', directory.port), '-j');
    const { client, told } = await session(server, 'slow', 'word-of-slow');
    expect(told).toMatch(/Your bandwidth is limited/);
    const content = Buffer.alloc(30_000);
    const begun = performance.now();
    expect((await client.transmit('STOR file', content)).code).toBe(226);
    const between = performance.now();
    expect((await client.receive('RETR file')).data).toHaveLength(content.length);
    // Whatever else takes time makes it more.
    expect(between - begun).toBeGreaterThan(800);
    expect(performance.now() - between).toBeGreaterThan(800);
    client.close();
  });
});
