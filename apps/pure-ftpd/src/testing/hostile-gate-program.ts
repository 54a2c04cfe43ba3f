// The daemon with a gate that has been taken over. It accepts clients, who say what it is to do: it can behave as a gate should, so
// that there are others' sessions, which honest workers serve.
import { randomBytes } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';

import { descriptorOf } from '@pure-ftpd/server/internal';

import { becomeForGood } from '../process/become.ts';
import type { MessageToGate, ToChild } from '../process/messages/to-child.ts';
import { drop, type MonitorLink, openMonitorLink } from '../process/monitor-link.ts';
import { takeRole } from '../process/role.ts';
import { runRole } from '../process/run-role.ts';
import { eachLine, say, sayBytes, sayWithout } from './hostile-channel.ts';
import { makeDescriptors } from './hostile-descriptors.ts';

/** A client: what it says goes to the monitor, with SESSION in it for its own. */
class HostileGate {
  readonly #descriptors = makeDescriptors();
  readonly #listeners: number[] = [];
  readonly #clients = new Map<string, Socket>();
  #servers: Server[] = [];

  listen(descriptor: number): void {
    this.#listeners.push(descriptor);
  }

  start({ monitor, identity }: ToChild<'startGate'>, link: MonitorLink): void {
    void this.#descriptors.then(() => {
      becomeForGood(identity, monitor);
      this.#servers = this.#listeners.map((fd) => createServer((socket) => this.#accept(socket)).listen({ fd }));
      link.send({ type: 'ready' });
    });
  }

  judged({ session, kind }: ToChild<'judgement'>): void {
    this.#clients.get(session)?.write(`200 ${kind}\r\n`);
  }

  stop(): void {
    for (const server of this.#servers) server.close();
  }

  #accept(socket: Socket): void {
    const session = randomBytes(8).toString('hex');
    this.#clients.set(session, socket);
    socket.write(`220 ${session}\r\n`);
    socket.on('error', () => undefined);
    eachLine(socket, (line) => this.#attempt(line, session, socket));
  }

  async #attempt(words: string, session: string, socket: Socket): Promise<void> {
    const [what = '', rest = ''] = words.split(/ (.*)/s);
    const ends = JSON.stringify({
      remoteAddress: socket.remoteAddress,
      remotePort: socket.remotePort,
      localAddress: socket.localAddress,
      localPort: socket.localPort,
    }).slice(1, -1);
    const payload = rest.replaceAll('SESSION', session).replaceAll('"ENDS"', ends);
    const own = descriptorOf(socket);
    const others = [...this.#clients.values()].filter(
      (client) => client !== socket && descriptorOf(client) !== undefined,
    );
    const descriptors: Readonly<Record<string, number | undefined>> = {
      ...(await this.#descriptors),
      own,
      other: others[0] === undefined ? undefined : descriptorOf(others[0]),
    };
    if (what === 'frame') say(payload);
    else if (what === 'bytes') sayBytes(Buffer.from(rest, 'hex'));
    else if (what === 'descriptor') sayWithout(payload);
    else if (what === 'give') {
      // The connection is the worker's from now on.
      if (own !== undefined) say(payload, own);
      socket.removeAllListeners('data').pause();
      this.#clients.delete(session);
      socket.destroy();
      return;
    } else if (descriptors[what] !== undefined) say(payload, descriptors[what]);
    else {
      const [times = '', flood = ''] = what === 'flood' ? payload.split(/ (.*)/s) : [];
      for (let count = 0; count < Number(times); count += 1)
        if (!say(flood.replaceAll('COUNT', String(count)).replaceAll('OTHER', count.toString(16).padStart(16, 'f'))))
          break;
    }
    // A login is answered when it was judged.
    if (!payload.includes('"judge"')) socket.write('200 said\r\n');
  }
}

function runHostileGate(): void {
  process.title = 'pure-ftpd (GATE)';
  const gate = new HostileGate();
  const heard = ['listener', 'startGate', 'judgement', 'ended', 'close', 'stopListening'] as const;
  openMonitorLink(heard, (link, message: MessageToGate, descriptor) => {
    if (message.type === 'listener' && descriptor !== undefined) {
      gate.listen(descriptor);
      return;
    }
    drop(descriptor);
    if (message.type === 'startGate') gate.start(message, link);
    else if (message.type === 'judgement') gate.judged(message);
    else if (message.type === 'close') {
      gate.stop();
      link.end();
    }
  });
}

const role = takeRole();
if (role === 'gate') runHostileGate();
else if (role !== undefined) await runRole(role);
else {
  const { run } = await import('../run.ts');
  process.exitCode = await run(process.argv.slice(2));
}
