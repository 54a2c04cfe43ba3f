import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';

import { makeCertificate } from '@pure-ftpd/x509';
import { freePort, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { RawClient, untilTrue } from '@pure-ftpd/testing';

import { greets } from './c-server.ts';
import { servedAs } from './daemon.ts';
import { ours } from './programs.ts';
import { ScoreboardPlace } from './scoreboard-place.ts';
import { createUserDatabase } from './user-database.ts';

/** How our server is started by root: it becomes somebody else, or has workers who are. */
export const RIGHTS = ['one process', 'workers'] as const;
export type Rights = (typeof RIGHTS)[number];

/** What the processes of a server are called. */
export type Role = 'SERVER' | 'MONITOR' | 'SESSIONS' | 'DRAINING' | 'GATE' | 'WORKER' | 'WEBHOOKS';

/** Our server in a place with a /run of its own, with the users alice and bob, whose home is one. Needs root. */
export class PlaceServer implements AsyncDisposable {
  readonly place: ScoreboardPlace;
  readonly home: string;
  readonly port: number;
  readonly #folder: TempFolder;
  readonly #command: readonly string[];
  readonly #clients: RawClient[] = [];
  #process: ChildProcess | undefined;
  #output = '';

  private constructor(place: ScoreboardPlace, folder: TempFolder, port: number, command: readonly string[]) {
    this.place = place;
    this.home = folder.file('home');
    this.port = port;
    this.#folder = folder;
    this.#command = command;
  }

  /**
   * @param args Further options; TLS is there for who wants it. A function is called with the folder of the place, before the server is
   * started, and may prepare something there.
   */
  static async start(
    rights: Rights | 'ordinary user',
    args: readonly string[] | ((folder: TempFolder) => readonly string[] | Promise<readonly string[]>) = [],
  ): Promise<PlaceServer> {
    const folder = tempFolder();
    const { uid, gid } = servedAs();
    const home = folder.file('home');
    mkdirSync(home);
    chownSync(home, uid, gid);
    const users = ['alice', 'bob'].map((login) => ({ login, password: 'secret', uid, gid, home }));
    const database = await createUserDatabase(folder.path, users);
    const { certificate, key } = makeCertificate({ names: ['ftp.example.org'] });
    writeFileSync(folder.file('server.pem'), certificate + key, { mode: 0o600 });
    chownSync(folder.file('server.pem'), uid, gid);
    const port = await freePort();
    const common = ['-S', `,${port}`, '-l', `puredb:${database}`, '-A', '-E', '-H', '-c', '200'];
    const tls = ['-Y', '1', '-2', folder.file('server.pem')];
    const identity = rights === 'one process' ? ['--user', `${uid}:${gid}`] : [];
    const place = await ScoreboardPlace.start();
    const more = typeof args === 'function' ? await args(folder) : args;
    const prefix = rights === 'ordinary user' ? asOrdinaryUser(home) : [];
    const command = [...prefix, ours.program('pure-ftpd'), ...common, ...tls, ...identity, ...more];
    const server = new PlaceServer(place, folder, port, command);
    try {
      await server.start();
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw new Error(`it did not start: ${server.output}`, { cause: error });
    }
  }

  /** Removed at the end, with the home in it. */
  get folder(): TempFolder {
    return this.#folder;
  }

  /** What it said on standard error. */
  get output(): string {
    return this.#output;
  }

  /** Starts it with options with which it does not start: how it ended. */
  async fails(args: readonly string[]): Promise<{ readonly status: number | null; readonly output: string }> {
    const { status, stderr } = await this.place.run([...this.#command, ...args]);
    return { status, output: stderr };
  }

  /** Starts it, also after its end. */
  async start(): Promise<void> {
    const [file, ...words] = this.place.process.inside(...this.#command);
    this.#process = spawn(file, words, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => void (this.#output += text));
    await untilTrue('the server greets', () => greets(this.port, '127.0.0.1'));
  }

  /** Process ids of a role, as the place sees them. */
  async pids(role: Role): Promise<number[]> {
    // The brackets keep grep from finding itself.
    const found = await this.place.shell(`grep -ls 'pure-ftpd [(]${role}[)]' /proc/[0-9]*/cmdline || :`);
    return found.split('\n').flatMap((line) => (line === '' ? [] : [Number(line.split('/')[2])]));
  }

  /** Process id of the one that serves, in a list. */
  async serverPids(): Promise<number[]> {
    return [...(await this.pids('MONITOR')), ...(await this.pids('SESSIONS'))];
  }

  /** kill -9 for the processes of a role, where there are any. */
  async kill(role: Role): Promise<void> {
    await this.place.shell(`kill -9 ${(await this.pids(role)).join(' ')} 2>/dev/null || :`);
  }

  /** kill -9 for the one that serves, and waits until all the others have ended with it. */
  async crash(): Promise<void> {
    await this.place.shell(`kill -9 ${[...(await this.serverPids()), ...(await this.pids('SERVER'))].join(' ')} || :`);
    const roles = ['SERVER', 'MONITOR', 'SESSIONS', 'GATE', 'WORKER', 'WEBHOOKS'] as const;
    await untilTrue('all have ended', async () => {
      const left = await Promise.all(roles.map((role) => this.pids(role)));
      return left.flat().length === 0;
    });
  }

  /** SIGTERM for the process of the PID file alone, and waits for its end: sessions go on. @returns Its exit status. */
  async leave(): Promise<number | null> {
    const child = this.#process;
    if (child === undefined) return null;
    const ended = once(child, 'exit');
    await this.place.shell('kill "$(cat /run/pure-ftpd.pid)"');
    await ended;
    return child.exitCode;
  }

  /** SIGTERM, and waits for the end. @returns The exit status. */
  async stop(): Promise<number | null> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null) return child?.exitCode ?? null;
    const ended = once(child, 'close');
    // As who wants the sessions to end: the process of the PID file alone would let them go on.
    await this.place.shell(`kill ${[...(await this.pids('SERVER')), ...(await this.serverPids())].join(' ')}`);
    await ended;
    return child.exitCode;
  }

  /** Connects and hears the greeting. */
  async connect(host = '127.0.0.1'): Promise<RawClient> {
    const client = await RawClient.connect(this.port, host);
    this.#clients.push(client);
    await client.reply();
    return client;
  }

  /** A session in binary. */
  async login(user: string, host?: string): Promise<RawClient> {
    return enter(await this.connect(host), user);
  }

  /** The same over TLS, with protected data connections. */
  async secureLogin(user: string): Promise<RawClient> {
    const socket = connectTcp({ port: this.port, host: '127.0.0.1' });
    await once(socket, 'data');
    socket.write('AUTH TLS\r\n');
    await once(socket, 'data');
    const secured = connect({ socket, rejectUnauthorized: false });
    await once(secured, 'secureConnect');
    const client = RawClient.over(secured);
    this.#clients.push(client);
    await enter(client, user);
    for (const line of ['PBSZ 0', 'PROT P']) await client.command(line);
    return client;
  }

  /** Drops every connection. */
  closeClients(): void {
    for (const client of this.#clients.splice(0)) client.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.closeClients();
    await this.place[Symbol.asyncDispose]();
    this.#folder.remove();
  }
}

/** What a command line begins with that the user of the sessions runs, whose runtime folder is given. */
export function asOrdinaryUser(runtimeFolder: string): string[] {
  const { uid, gid } = servedAs();
  const user = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  return [...user, 'env', `XDG_RUNTIME_DIR=${runtimeFolder}`];
}

async function enter(client: RawClient, user: string): Promise<RawClient> {
  await client.command(`USER ${user}`);
  const { code } = await client.command('PASS secret');
  if (code !== 230) throw new Error(`login: ${code}`);
  await client.command('TYPE I');
  return client;
}

/** A protected data connection, for a client of {@link PlaceServer.secureLogin}. */
export async function securePassive(client: RawClient): Promise<TLSSocket> {
  const { text } = await client.command('EPSV');
  const socket = connectTcp({ port: Number(/\|(\d+)\|/.exec(text)?.[1]), host: '127.0.0.1' });
  await once(socket, 'connect');
  const secured = connect({ socket, rejectUnauthorized: false });
  secured.on('error', () => undefined);
  return secured;
}
