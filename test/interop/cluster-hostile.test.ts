// `--cluster`: what becomes of the password, and what an engine can do that is none, or not the one that was meant.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

import { tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { soak, untilTrue } from '@pure-ftpd/testing';
import { makeCertificate, type MadeCertificate } from '@pure-ftpd/x509';
import { describe, expect, test } from 'vitest';

import { Daemon } from '../support/daemon.ts';
import { onlyProcess, processesOf } from '../support/processes.ts';
import { Redis } from '../support/redis.ts';

const SECRET = 'what nobody else knows';
const HELPER = 'pure-ftpd (CLUSTER)';

interface SecretFile extends Disposable {
  readonly path: string;
}

function secretFile(): SecretFile {
  const folder = tempFolder();
  writeFileSync(folder.file('secret'), `${SECRET}\n`, { mode: 0o600 });
  return { path: folder.file('secret'), [Symbol.dispose]: () => folder.remove() };
}

/** Says to each client, when it has said something, what it is told to say. */
class FakeEngine implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #answer: (socket: Socket) => void = () => undefined;
  /** Clients since the last change. */
  clients = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<FakeEngine> {
    const server = createServer();
    const engine = new FakeEngine(server);
    server.on('connection', (socket) => {
      engine.clients += 1;
      engine.#sockets.add(socket);
      socket
        .on('error', () => undefined)
        .on('close', () => engine.#sockets.delete(socket))
        .on('data', () => engine.#answer(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return engine;
  }

  get url(): string {
    return `redis://127.0.0.1:${portOf(this.#server)}`;
  }

  /** From the next connections on. */
  saysTo(answer: (socket: Socket) => void): void {
    this.#answer = answer;
    this.clients = 0;
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

const ANSWERS: Readonly<Record<string, string>> = {
  'an error with the password in it': `-ERR unknown command 'AUTH', with args beginning with: '${SECRET}'\r\n`,
  'a word for a number': '+OK\r\n$3\r\nabc\r\n',
  nothing: '',
  'another protocol': 'HTTP/1.1 400 Bad Request\r\n\r\n',
  'a number that is none': '+OK\r\n:99999999999999999999999999\r\n',
  'more answers than questions': '+OK\r\n'.repeat(1000),
  'lists in lists': '*1\r\n'.repeat(50_000),
};

/** Writes for as long as it is read. */
function writeForEver(socket: Socket): void {
  if (socket.listenerCount('drain') > 0) return;
  const chunk = Buffer.alloc(1 << 20, 'x');
  const more = (): void => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on('drain', more);
  socket.write('+OK\r\n$4000000000\r\n');
  more();
}

function kilobytesOf(pid: number): number {
  return Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);
}

/** Everything that other users may see of the processes of a server, with the log. */
function seenOf({ pid, output }: Daemon): string {
  const seen = [pid, ...processesOf(pid, '')].map((each) =>
    ['cmdline', 'environ', 'comm'].map((name) => readFileSync(`/proc/${each}/${name}`, 'latin1')).join('\n'),
  );
  return [...seen, output].join('\n');
}

describe('an engine that is none (--cluster)', () => {
  test('changes nothing for a server that counts alone meanwhile; its words are not in the log, nor do they fill the memory', async () => {
    await using engine = await FakeEngine.start();
    using secret = secretFile();
    await using daemon = await Daemon.start({
      args: ['--cluster', engine.url, '--cluster-password-file', secret.path],
      isElsewhere: true,
    });
    for (const [what, answer] of Object.entries(ANSWERS).slice(0, soak(3, undefined))) {
      engine.saysTo((socket) => socket.write(answer));
      await untilTrue(`it has been asked: ${what}`, () => engine.clients >= 1);
      (await daemon.login()).close();
    }
    expect(daemon.output).toContain('the cluster is away');
    expect(daemon.output).not.toMatch(/args beginning|Bad Request|counts sessions again/);
    expect(seenOf(daemon)).not.toContain(SECRET);

    const before = kilobytesOf(daemon.pid);
    engine.saysTo(writeForEver);
    let most = 0;
    await untilTrue('it has been read twice', () => {
      for (const helper of processesOf(daemon.pid, HELPER)) most = Math.max(most, kilobytesOf(helper));
      return engine.clients >= 2;
    });
    (await daemon.login()).close();
    expect(most).toBeLessThan(1_000_000);
    expect(kilobytesOf(daemon.pid) - before).toBeLessThan(100_000);
  });
});

describe('the password of the engine (--cluster-password-file)', () => {
  test('is not taken from a file that others may read, nor without a cluster', async () => {
    using secret = secretFile();
    await expect(Daemon.start({ args: ['--cluster-password-file', secret.path] })).rejects.toThrow(
      /--cluster-password-file needs --cluster/,
    );
    chmodSync(secret.path, 0o640);
    await expect(
      Daemon.start({ args: ['--cluster', 'redis://127.0.0.1', '--cluster-password-file', secret.path] }),
    ).rejects.toThrow(/--cluster-password-file: .*: others may read it/);
  });
});

/** Passes what comes over TLS on to a port. */
async function tlsBefore(port: number, { certificate, key }: MadeCertificate): Promise<Server> {
  const server = createTlsServer({ cert: certificate, key }, (socket) => {
    const behind = connect(port, '127.0.0.1');
    socket.on('error', () => behind.destroy()).on('close', () => behind.destroy());
    behind.on('error', () => socket.destroy()).on('close', () => socket.destroy());
    socket.pipe(behind).pipe(socket);
  }).listen(0, '127.0.0.1');
  server.on('tlsClientError', () => undefined);
  await once(server, 'listening');
  return server;
}

describeWith(['redis-server'], 'an engine behind TLS (--cluster rediss://)', () => {
  test('is spoken to by a process without rights, when its certificate is good', async () => {
    using secret = secretFile();
    const folder = tempFolder();
    const made = makeCertificate({ names: ['localhost'] });
    writeFileSync(folder.file('authority'), made.certificate);
    chmodSync(folder.path, 0o755);
    await using redis = await Redis.start('--requirepass', SECRET);
    const server = await tlsBefore(redis.port, made);
    try {
      const args = ['--cluster-password-file', secret.path, '--cluster', `rediss://localhost:${portOf(server)}`];
      const env = { NODE_EXTRA_CA_CERTS: folder.file('authority') };
      await using trusting = await Daemon.start({
        args: [...args, '--cluster-away', 'closed'],
        env,
        isElsewhere: true,
      });
      (await trusting.login()).close();
      const status = readFileSync(`/proc/${onlyProcess(trusting.pid, HELPER)}/status`, 'latin1');
      expect(status).toMatch(/^CapEff:\s*0+$/m);
      expect(status).not.toMatch(/^(?:Uid|Gid):.*\b0\b/m);
      expect(trusting.output).not.toContain('away');
      expect(seenOf(trusting)).not.toContain(SECRET);
      await using strange = await Daemon.start({ args, isElsewhere: true });
      expect(strange.output).toMatch(/the cluster is away \(\w*SELF_SIGNED_CERT\w*\)/);
    } finally {
      server.close();
      folder.remove();
    }
  });
});

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
