// Started for each client with its connection as descriptors 0, 1 and 2, as inetd does: the C server and ours [server-options §6.1].
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect as connectTo, createServer, type Server, type Socket } from 'node:net';

import { makeCertificate } from '@pure-ftpd/x509';
import { NamespacedProcess, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { RawClient, untilTrue } from '@pure-ftpd/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { c, ours, type Side } from '../support/programs.ts';
import { runProgram } from '../support/program.ts';
import { createUserDatabase } from '../support/user-database.ts';

const UID = 3001;

/** Says that it is there, and ends when it is told to, which process 1 of a namespace does not by itself. */
const STAY = 'trap "exit 0" TERM; echo up; sleep infinity & wait';

const SERVERS: readonly { readonly name: string; readonly side: Side; readonly identity: readonly string[] }[] = [
  { name: 'C', side: c, identity: [] },
  { name: 'ours', side: ours, identity: ['--user', `${UID}:${UID}`] },
  { name: 'ours, with separated rights', side: ours, identity: [] },
];

/** Takes connections, and starts a program for each. */
class Inetd {
  readonly port: number;
  readonly #listener: Server;
  readonly #inside: NamespacedProcess;
  readonly #words: readonly string[];
  readonly started: { readonly child: ChildProcess; readonly ended: Promise<number | null> }[] = [];

  private constructor(listener: Server, port: number, inside: NamespacedProcess, words: readonly string[]) {
    this.#listener = listener;
    this.port = port;
    this.#inside = inside;
    this.#words = words;
    listener.on('connection', (connection) => this.#start(connection));
  }

  /** @param words The command line, or what makes it of the port. */
  static async start(
    inside: NamespacedProcess,
    words: readonly string[] | ((port: number) => readonly string[]),
  ): Promise<Inetd> {
    const listener = createServer({ pauseOnConnect: true });
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const address = listener.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return new Inetd(listener, port, inside, typeof words === 'function' ? words(port) : words);
  }

  /** The exit status of each program that was started. */
  statuses(): Promise<(number | null)[]> {
    return Promise.all(this.started.map(({ ended }) => ended));
  }

  /** Programs end with their clients, who must have gone. */
  async close(): Promise<void> {
    this.#listener.close();
    await this.statuses();
  }

  #start(connection: Socket): void {
    const [file, ...words] = this.#inside.inside(...this.#words);
    const child = spawn(file, words, { stdio: [connection, connection, connection] });
    // It is the program's alone.
    connection.destroy();
    const { promise, resolve } = Promise.withResolvers<number | null>();
    child.once('exit', resolve);
    this.started.push({ child, ended: promise });
  }
}

describeWith(['root', 'pure-ftpd'], 'inetd', () => {
  let folder: TempFolder;
  let home: string;
  let database: string;
  let machine: NamespacedProcess;
  let inetd: Inetd | undefined;
  const clients: RawClient[] = [];

  beforeAll(async () => {
    folder = tempFolder();
    chmodSync(folder.path, 0o755);
    home = folder.file('home');
    mkdirSync(home);
    chownSync(home, UID, UID);
    database = await createUserDatabase(folder.path, [
      { login: 'alice', password: 'golden', uid: UID, gid: UID, home },
    ]);
    chmodSync(database, 0o644);
    machine = new NamespacedProcess(['sh', '-c', STAY]);
    await untilTrue('there is a place for it', () => machine.output.includes('up\n'));
  });
  afterAll(async () => {
    await machine.stop();
    folder.remove();
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await inetd?.close();
    inetd = undefined;
  });

  /** What is in the folder of the scoreboard. */
  async function shown(): Promise<string[]> {
    const [file, ...words] = machine.inside('sh', '-c', 'ls /run/pure-ftpd 2>/dev/null');
    const child = spawn(file, words, { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += String(chunk)));
    await once(child, 'close');
    return text.split('\n').filter(Boolean);
  }

  async function connect(localAddress = '127.0.0.1'): Promise<RawClient> {
    const client = await RawClient.connect(inetd?.port ?? 0, '127.0.0.1', localAddress);
    clients.push(client);
    return client;
  }

  describe.each(SERVERS)('$name', ({ side, identity }) => {
    async function start(...words: string[]): Promise<Inetd> {
      const all = [side.program('pure-ftpd'), ...identity, '-l', `puredb:${database}`, '-E', '-H', '-A', ...words];
      inetd = await Inetd.start(machine, all);
      return inetd;
    }

    test('serves its client, who is on the scoreboard, and ends with it', async () => {
      // Where it would listen, and its pid file, mean nothing.
      const pidFile = folder.file('pid');
      const { started } = await start('-S', '192.0.2.1,1', '-g', pidFile);
      const client = await connect();
      expect((await client.reply()).code).toBe(220);
      await client.command('USER alice');
      expect((await client.command('PASS golden')).code).toBe(230);
      expect((await client.transmit('STOR file', 'content')).code).toBe(226);
      expect(readFileSync(`${home}/file`, 'latin1')).toBe('content');
      expect(String((await client.receive('NLST')).data)).toContain('file');
      expect(await shown()).toHaveLength(1);
      expect(() => readFileSync(pidFile)).toThrow('ENOENT');
      expect((await client.command('QUIT')).code).toBe(221);
      expect(await client.end()).toBe('');
      expect(await inetd?.statuses()).toEqual([0]);
      expect(started).toHaveLength(1);
      // Who has given up root leaves an empty entry, which the next one takes away.
      expect(await shown()).toHaveLength(identity.length === 0 ? 0 : 1);
    });

    test('ends with a client who leaves without a word', async () => {
      await start();
      const client = await connect();
      await client.reply();
      client.close();
      expect(await inetd?.statuses()).toHaveLength(1);
    });

    test('-c counts the clients of all servers at the port', async () => {
      await start('-c', '1');
      expect((await (await connect()).reply()).text).toMatch(/\b1 of (?:at most )?1\b/);
      const second = await connect();
      expect((await second.reply()).code).toBe(421);
      expect(await second.end()).toBe('');
    });

    test('an error on the command line is told to the client', async () => {
      await start('--no-such-option');
      const client = await connect();
      // The C server says more than the reply: its standard error is the client's, too.
      if (side === ours) expect((await client.reply()).code).toBe(421);
      await client.end();
      expect(await inetd?.statuses()).toEqual([252]);
    });

    test('a signal ends it', async () => {
      await start();
      const client = await connect();
      await client.reply();
      const [{ child } = {}] = inetd?.started ?? [];
      process.kill(programOf(child), 'SIGTERM');
      const rest = await client.end();
      if (side === ours) expect(rest).toMatch(/^421 [^\n]*\n$/);
      expect(await inetd?.statuses()).toEqual([0]);
    });

    test('a socket without a client is refused', async () => {
      const listener = createServer({ pauseOnConnect: true });
      listener.listen(0, '127.0.0.1');
      await once(listener, 'listening');
      const accepted = once(listener, 'connection').then(([socket]: Socket[]) => socket);
      const address = listener.address();
      const client = connectTo(typeof address === 'object' && address !== null ? address.port : 0, '127.0.0.1');
      const connection = await accepted;
      // Gone before the server begins.
      client.resetAndDestroy();
      await once(client, 'close');
      const [file, ...words] = machine.inside(side.program('pure-ftpd'), ...identity, '-l', `puredb:${database}`);
      const child = spawn(file, words, { stdio: [connection ?? 'ignore', 'ignore', 'ignore'] });
      connection?.destroy();
      listener.close();
      expect((await once(child, 'exit'))[0]).toBe(252);
    });
  });

  describe.each(SERVERS.filter(({ identity }) => identity.length === 0))('$name', ({ side }) => {
    test('-y counts the sessions of a user that other servers have', async () => {
      const words = [side.program('pure-ftpd'), '-l', `puredb:${database}`, '-E', '-H', '-y', '1:1'];
      inetd = await Inetd.start(machine, words);
      const codes: number[] = [];
      for (let count = 0; count < 2; count += 1) {
        const client = await connect();
        await client.reply();
        await client.command('USER alice');
        codes.push((await client.command('PASS golden')).code);
      }
      expect(codes).toEqual([230, 421]);
    });
  });

  describe.each(SERVERS.filter(({ side }) => side === ours))('$name', ({ identity }) => {
    const common = (): string[] => [ours.program('pure-ftpd'), ...identity, '-l', `puredb:${database}`, '-E', '-H'];

    test('goes on with a client whose user has left', async () => {
      inetd = await Inetd.start(machine, common());
      const client = await connect();
      await client.reply();
      for (const line of ['USER alice', 'PASS golden', 'REIN', 'USER alice']) await client.command(line);
      expect((await client.command('PASS golden')).code).toBe(230);
      expect((await client.command('QUIT')).code).toBe(221);
      expect(await inetd.statuses()).toEqual([0]);
    });

    test('curl transfers a file where connections begin with TLS', async () => {
      const { certificate, key } = makeCertificate({ names: ['localhost'] });
      const pem = folder.file('server.pem');
      writeFileSync(pem, certificate + key);
      inetd = await Inetd.start(machine, (port) => [
        ...common(),
        '-Y',
        '3',
        '-2',
        pem,
        '--implicit-tls',
        `127.0.0.1,${port}`,
      ]);
      const url = `ftps://127.0.0.1:${inetd.port}/sent`;
      const options = ['--silent', '--show-error', '--insecure', '--user', 'alice:golden'];
      const sent = await runProgram('curl', [...options, '-T', pem, url]);
      expect(sent).toMatchObject({ status: 0 });
      expect(readFileSync(`${home}/sent`)).toEqual(readFileSync(pem));
      expect(await inetd.statuses()).toEqual([0]);
    });
  });

  test('-C counts the clients from one address', async () => {
    const identity = ['--user', `${UID}:${UID}`];
    const words = [ours.program('pure-ftpd'), ...identity, '-l', `puredb:${database}`, '-E', '-H', '-C', '1'];
    inetd = await Inetd.start(machine, words);
    expect((await (await connect()).reply()).code).toBe(220);
    expect((await (await connect()).reply()).code).toBe(421);
    expect((await (await connect('127.0.0.2')).reply()).code).toBe(220);
  });

  test('a local socket is no client: ours is a server for all who come', async () => {
    const words = ['-S', '127.0.0.1,0', '-l', `puredb:${database}`, '-E', '-g', folder.file('pid')];
    const [file, ...rest] = machine.inside(ours.program('pure-ftpd'), '--user', `${UID}:${UID}`, ...words);
    // Such as Node gives to the programs that it starts.
    const child = spawn(file, rest, { stdio: ['pipe', 'ignore', 'pipe'] });
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => (log += String(chunk)));
    const ended = once(child, 'exit');
    await untilTrue('it listens', () => log.includes('listening on 127.0.0.1:'));
    process.kill(programOf(child), 'SIGTERM');
    expect((await ended)[0]).toBe(0);
  });
});

/** The program itself: nsenter waits for it. */
function programOf(child: ChildProcess | undefined): number {
  return Number(readFileSync(`/proc/${child?.pid}/task/${child?.pid}/children`, 'latin1'));
}
