// The daemon with workers that have been taken over: after the login the client says what is tried, and hears what came of it.
import { openSync, readdirSync, readFileSync, symlinkSync, unlinkSync } from 'node:fs';
import { type ClientHttp2Session, connect } from 'node:http2';
import { createServer, Socket } from 'node:net';

import { duplicateDescriptor } from '@pure-ftpd/posix';

import { takeRole } from '../process/role.ts';
import { runRole } from '../process/run-role.ts';
import { becomeForGood } from '../process/become.ts';
import type { MessageToWorker, ToChild } from '../process/messages/to-child.ts';
import { drop, type MonitorLink, openMonitorLink } from '../process/monitor-link.ts';
import { eachLine, say, sayBytes, sayWithout } from './hostile-channel.ts';
import { makeDescriptors } from './hostile-descriptors.ts';

type Attempt = (monitor: number) => unknown;

async function bind(port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  server.close();
}

/** What is tried, by the word that a client says for it. */
const ATTEMPTS: Readonly<Record<string, Attempt>> = {
  setuid: () => process.setuid?.(0),
  seteuid: () => process.seteuid?.(0),
  setgid: () => process.setgid?.(0),
  setgroups: () => process.setgroups?.([0]),
  shadow: () => openSync('/etc/shadow', 'r'),
  bind: () => bind(22),
  signal: (monitor) => process.kill(monitor, 'SIGTERM'),
  signalGroup: (monitor) => process.kill(-monitor, 'SIGTERM'),
  memory: (monitor) => openSync(`/proc/${monitor}/mem`, 'r'),
  environment: (monitor) => readFileSync(`/proc/${monitor}/environ`),
  descriptors: (monitor) => readdirSync(`/proc/${monitor}/fd`),
  etc: () => {
    symlinkSync('/', '/etc/pure-ftpd-test');
    unlinkSync('/etc/pure-ftpd-test');
  },
};

class HostileWorker {
  #monitor = 0;
  readonly #descriptors = makeDescriptors();
  /** The connection to who has the credentials of a bucket, of the last session whose home is in one. */
  #home: ClientHttp2Session | undefined;
  /** The connections of its sessions, in their order. */
  readonly #connections: number[] = [];

  start({ monitor, identity }: ToChild<'startWorker'>, link: MonitorLink): void {
    this.#monitor = monitor;
    void this.#descriptors.then(() => {
      becomeForGood(identity, monitor);
      link.send({ type: 'ready' });
    });
  }

  reach(descriptor: number): void {
    const socket = new Socket({ fd: descriptor, readable: true, writable: true });
    this.#home = connect('http://home', { createConnection: () => socket });
    this.#home.on('error', () => undefined);
  }

  serve({ state: { sessionId } }: ToChild<'serve'>, descriptor: number): void {
    this.#connections.push(duplicateDescriptor(descriptor));
    const client = new Socket({ fd: descriptor, readable: true, writable: true });
    client.write('230 Taken over.\r\n');
    eachLine(client, async (line) => void client.write(`200 ${await this.#attempt(line, sessionId)}\r\n`));
    client.on('error', () => undefined);
    client.on('close', () => say(JSON.stringify({ type: 'ended', session: sessionId })));
  }

  async #attempt(words: string, session: string): Promise<string> {
    const [what = '', rest = ''] = words.split(/ (.*)/s);
    const payload = rest.replaceAll('SESSION', session);
    const descriptors: Readonly<Record<string, number | undefined>> = {
      ...(await this.#descriptors),
      own: this.#connections.at(-1),
      other: this.#connections[0],
    };
    if (what === 'session') return session;
    if (what === 'ask') return this.#ask(rest);
    if (what === 'frame') say(payload);
    else if (what === 'bytes') sayBytes(Buffer.from(rest, 'hex'));
    else if (what === 'descriptor') sayWithout(payload);
    else if (descriptors[what] !== undefined) say(payload, descriptors[what]);
    else {
      const [times = '', flood = ''] = what === 'flood' ? payload.split(/ (.*)/s) : [];
      if (what !== 'flood') return this.#try(what);
      for (let count = 0; count < Number(times); count += 1) if (!say(flood.replace('COUNT', String(count)))) break;
    }
    return 'said';
  }

  /** Asks for something of a bucket: the answer on one line, or `closed` where there is none. */
  async #ask(words: string): Promise<string> {
    const [request = '', asked = ''] = words.split(/ (.*)/s);
    if (this.#home === undefined || this.#home.destroyed) return 'closed';
    const headers = { ':method': 'POST', ':path': `/${request}`, asked: Buffer.from(asked).toString('base64url') };
    const stream = this.#home.request(headers, { endStream: true });
    const { promise, resolve } = Promise.withResolvers<string>();
    let text = '';
    stream.on('error', () => undefined);
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    stream.once('close', () => resolve(text === '' ? 'closed' : text.replaceAll(/[\r\n]/g, ' ')));
    return promise;
  }

  async #try(what: string): Promise<string> {
    try {
      await ATTEMPTS[what]?.(this.#monitor);
      return 'done';
    } catch (error) {
      return error instanceof Error && 'code' in error ? String(error.code) : 'refused';
    }
  }
}

function runHostileWorker(): void {
  process.title = 'pure-ftpd (WORKER)';
  const worker = new HostileWorker();
  const heard = ['startWorker', 'serve', 'storage', 'reserved', 'connected', 'dataConnection', 'close'] as const;
  openMonitorLink(heard, (link, message: MessageToWorker, descriptor) => {
    if (message.type === 'startWorker') worker.start(message, link);
    else if (message.type === 'storage' && descriptor !== undefined) worker.reach(descriptor);
    else if (message.type === 'close') link.end();
    else if (message.type === 'serve' && descriptor !== undefined) worker.serve(message, descriptor);
    else drop(descriptor);
  });
}

const role = takeRole();
if (role === 'worker') runHostileWorker();
else if (role !== undefined) await runRole(role);
else {
  const { run } = await import('../run.ts');
  process.exitCode = await run(process.argv.slice(2));
}
