// Logins that an authentication daemon judges: the recorded dialogues of the C server, and what C has not
// [quota-upload-auth-cert §3, extauth-authd.md §1].
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';

import { makeCertificate } from '@pure-ftpd/x509';
import { RawClient, type RawReply, untilTrue } from '@pure-ftpd/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { asUser, isRoot, pidFileOf, Place, RunningDaemon, runProgram } from './testing/running-daemon.ts';
import { securedClient } from './testing/tls-client.ts';

const DIALOGUES = new URL('../../../docs/spec/golden/extauth/dialogues.txt', import.meta.url);

/** One of the recorded logins. */
interface Dialogue {
  readonly name: string;
  /** Undefined for a login that never came to the daemon. */
  readonly request: string | undefined;
  readonly reply: string;
  readonly heard: readonly string[];
}

/** Bytes of Python as they are written, as latin1; `<5 x y>` are five of them. */
function bytes(text: string): string {
  return text
    .replaceAll(/<(\d+) x (.)>/g, (_, count: string, letter: string) => letter.repeat(Number(count)))
    .replaceAll(String.raw`\n`, '\n')
    .replaceAll(String.raw`\r`, '\r')
    .replaceAll(/\\x([0-9a-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

function dialogues(): Dialogue[] {
  const parts = readFileSync(DIALOGUES, 'latin1').split(/^## /m).slice(1);
  return parts.map((part) => {
    const [name = ''] = part.split('\n', 1);
    const [, request] = / server sends : b'(.*)' \(then/.exec(part) ?? [];
    const [, reply = ''] = / handler sends: b'(.*)'/.exec(part) ?? [];
    const [, heard = ''] = / FTP reply {4}: \[(.*)\]/.exec(part) ?? [];
    return {
      name,
      request: request === undefined ? undefined : bytes(request),
      reply: bytes(reply),
      heard: Array.from(heard.matchAll(/'([^']*)'/g), ([, line = '']) => line),
    };
  });
}

/** A value of a request. */
function valueOf(request: string | undefined, key: string): string {
  return (
    request
      ?.split('\n')
      .find((line) => line.startsWith(`${key}:`))
      ?.slice(key.length + 1) ?? ''
  );
}

let place: Place;
let socketPath = '';
let server: Server | undefined;
const connections = new Set<Socket>();
/** What was asked, complete, as latin1. */
let asked: string[] = [];

beforeEach(() => {
  place = new Place();
  mkdirSync(path.join(place.home, 'alice'));
  place.give(path.join(place.home, 'alice'));
  socketPath = path.join(place.folder, 'auth.sock');
  asked = [];
});
afterEach(async () => {
  await closeDaemon();
  place.remove();
});

/** An authentication daemon of which only the answer is there. */
async function startDaemon(answer: (request: string, socket: Socket) => void): Promise<void> {
  server = createServer({ allowHalfOpen: true }, (socket) => {
    let request = '';
    connections.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      request += chunk.toString('latin1');
      if (!request.endsWith('\nend\n')) return;
      asked.push(request);
      answer(request, socket);
    });
  });
  await new Promise<void>((resolve) => server?.listen(socketPath, resolve));
  if (isRoot) chmodSync(socketPath, 0o777);
}

async function closeDaemon(): Promise<void> {
  const closing = server;
  server = undefined;
  for (const connection of connections) connection.destroy();
  connections.clear();
  if (closing !== undefined) await new Promise((resolve) => closing.close(resolve));
}

async function ftpServer(...words: readonly string[]): Promise<RunningDaemon> {
  return ftpServerAt('127.0.0.1', ...words);
}

async function ftpServerAt(address: string, ...words: readonly string[]): Promise<RunningDaemon> {
  const all = [
    '-S',
    `${address},0`,
    '-E',
    '-l',
    `extauth:${socketPath}`,
    '-g',
    pidFileOf(place),
    '--spare-workers',
    '0',
  ];
  return RunningDaemon.startWith(place, [...all, ...asUser(), ...words]);
}

/** A certificate with its key, in one file that the daemon may read. */
function certificate(): string {
  const file = path.join(place.folder, 'certificate.pem');
  const made = makeCertificate({ names: ['a.example.org'] });
  writeFileSync(file, made.certificate + made.key);
  place.give(file);
  return file;
}

async function login(daemon: RunningDaemon, user: string, password: string): Promise<RawReply> {
  return loginOver(await daemon.client(), user, password);
}

async function loginOver(client: RawClient, user: string, password: string): Promise<RawReply> {
  await client.command(`USER ${user}`);
  const reply = await client.command(`PASS ${password}`);
  client.close();
  return reply;
}

/** Codes of all lines: the words are those of each server. */
function codes(lines: readonly string[]): string[] {
  return lines.map((line) => line.slice(0, 4));
}

describe('the recorded dialogues', () => {
  const all = dialogues();

  test('are thirty', () => expect(all).toHaveLength(30));

  test('have the same requests and replies', async () => {
    // Each has a login of its own, by which the daemon knows it.
    const logins = all.map(({ request }, index) => `${valueOf(request, 'account').slice(0, 100)}${index}`);
    await startDaemon((request, socket) => {
      const dialogue = all[logins.indexOf(valueOf(request, 'account'))];
      const reply = hereReply(dialogue?.reply ?? '');
      if (dialogue?.name === 'byte at a time') for (const letter of reply) socket.write(letter, 'latin1');
      else socket.write(reply, 'latin1');
      // What a handler does that keeps its side open.
      if (dialogue?.name.includes('keeps the connection open') !== true) socket.end();
    });
    // One that is refused ends after six failures: each has a session of its own, all at a time.
    const daemon = await ftpServer('-c', '100', '-Y', '1', '-2', certificate());
    const connect: Readonly<Record<string, () => Promise<RawClient>>> = {
      'TLS without SNI': async () => (await securedClient(daemon.port)).client,
      'TLS with SNI a.example.org': async () =>
        (await securedClient(daemon.port, { servername: 'a.example.org' })).client,
    };
    try {
      const heard = await Promise.all(
        all.map(async ({ request, name }, index) => {
          const password = name === 'password 512' ? 'p'.repeat(512) : valueOf(request, 'password');
          const client = await (connect[name] ?? (() => daemon.client()))();
          return loginOver(client, logins[index] ?? '', password);
        }),
      );
      for (const [index, dialogue] of all.entries())
        expect([dialogue.name, codes(heard[index]?.lines ?? [])]).toEqual([dialogue.name, codes(dialogue.heard)]);
      for (const [index, { request, name }] of all.entries()) {
        if (request === undefined) continue;
        const meant = request
          .replace(/^account:.*$/m, `account:${logins[index]}`)
          .replace(/^localhost:.*$/m, 'localhost:127.0.0.1')
          .replace(/^localport:.*$/m, `localport:${daemon.port}`)
          .replace(/^peer:.*$/m, 'peer:127.0.0.1')
          // As 1.0.54; 1.0.50 has it empty unless the name had a certificate of its own.
          .replace(/^sni_name:$/m, name.includes('with SNI') ? 'sni_name:a.example.org' : 'sni_name:');
        expect(asked).toContain(meant);
      }
    } finally {
      await daemon.stop();
    }
  });

  test('have addresses as they are written over IPv6, too', async () => {
    await startDaemon((_request, socket) => socket.end(accept()));
    const daemon = await ftpServerAt('::1');
    try {
      const client = await RawClient.connect(daemon.port, '::1');
      await client.reply();
      expect((await loginOver(client, 'john', 'x')).code).toBe(230);
      expect(asked).toEqual([
        `account:john\npassword:x\nlocalhost:::1\nlocalport:${daemon.port}\npeer:::1\nsni_name:\nencrypted:0\nend\n`,
      ]);
    } finally {
      await daemon.stop();
    }
  });
});

/** A reply with a home of this machine, as long as it was: what fills it up makes room. */
function hereReply(recorded: string): string {
  const reply = recorded.replaceAll('/srv/ftp/alice', path.join(place.home, 'alice'));
  return reply.replace(/^x:y+/, (filler) => filler.slice(0, filler.length - (reply.length - recorded.length)));
}

/** A reply that lets in. */
function accept(): string {
  return `auth_ok:1\nuid:3001\ngid:3001\ndir:${path.join(place.home, 'alice')}\nend\n`;
}

describe('a daemon', () => {
  test('that comes while a login waits is asked', async () => {
    const daemon = await ftpServer();
    try {
      const client = await daemon.client();
      await client.command('USER alice');
      client.send('PASS x\r\n');
      await startDaemon((_request, socket) => socket.end(accept()));
      expect((await client.reply()).code).toBe(230);
      client.close();
    } finally {
      await daemon.stop();
    }
  });

  test('that may not be asked is told at once, with its path and the reason', async () => {
    if (!isRoot) return;
    await startDaemon((_request, socket) => socket.end(accept()));
    chownSync(socketPath, 0, 0);
    chmodSync(socketPath, 0o600);
    const daemon = await ftpServer('--extauth-timeout', '30');
    try {
      const client = await daemon.client();
      await client.command('USER alice');
      client.send('PASS secret-word\r\n');
      // As root it can be asked; who has given up root has not the right.
      const { code } = await client.reply();
      if (code === 530) expect(daemon.log).toMatch(/extauth: \S+auth\.sock: .*EACCES/);
      else expect(code).toBe(230);
      expect(daemon.log).not.toContain('secret-word');
      client.close();
    } finally {
      await daemon.stop();
    }
  });

  test('that is silent has the time of --extauth-timeout, and the login is unknown then', async () => {
    await startDaemon(() => undefined);
    const daemon = await ftpServer('--extauth-timeout', '1');
    try {
      expect((await login(daemon, 'alice', 'x')).code).toBe(530);
      expect(daemon.log).toContain('no reply in 1 s');
    } finally {
      await daemon.stop();
    }
  });

  test('whose client has hung up is told so, and nobody is logged in', async () => {
    let isGone = false;
    await startDaemon((_request, socket) => {
      socket.on('end', () => {
        isGone = true;
        socket.destroy();
      });
    });
    const daemon = await ftpServer();
    try {
      const client = await daemon.client();
      await client.command('USER alice');
      client.send('PASS x\r\n');
      await untilTrue('it is asked', () => asked.length === 1);
      client.close();
      await untilTrue('the daemon hears the end', () => isGone);
      expect(daemon.log).not.toContain('is now logged in');
    } finally {
      await daemon.stop();
    }
  });

  test('whose account has no home yet: it is made, and quota and ratio hold in the session; the password shows nowhere', async () => {
    const home = path.join(place.home, 'newcomer');
    const limits = 'user_quota_size:1000000\nuser_quota_files:2\nratio_upload:1\nratio_download:5\nend\n';
    const { uid, gid } = statSync(place.home);
    const ids = isRoot ? `uid:${uid}\ngid:${gid}` : 'uid:3001\ngid:3001';
    await startDaemon((_request, socket) => socket.end(`auth_ok:1\n${ids}\ndir:${home}/./\n${limits}`));
    const daemon = await ftpServer('-j', '-d');
    try {
      const client = await daemon.client();
      await client.command('USER newcomer');
      const { code, text } = await client.command('PASS word-of-newcomer');
      expect([code, existsSync(home)]).toEqual([230, true]);
      expect(text).toMatch(/5 downloaded for 1 uploaded[^]*0 files of 2 /);
      const made = [];
      for (const name of ['one', 'two', 'three']) made.push((await client.command(`MKD ${name}`)).code);
      expect(made).toEqual([257, 257, 552]);
      // Who is asked gets it; nobody else sees it.
      expect(asked.join('')).toContain('password:word-of-newcomer\n');
      const shown = ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${daemon.pid}/${file}`, 'latin1'));
      expect(daemon.log + shown.join('')).not.toContain('word-of-newcomer');
      client.close();
    } finally {
      await daemon.stop();
    }
  });

  test.each([
    ['uid:4294967295', 'uid'],
    ['uid:-5', 'uid'],
    ['uid:7x', 'uid'],
    ['user_quota_size:much', 'user_quota_size'],
  ])('that says %s is not believed, and the log names the key', async (line, key) => {
    await startDaemon((_request, socket) => socket.end(accept().replace('end\n', `${line}\nend\n`)));
    const daemon = await ftpServer();
    try {
      expect((await login(daemon, 'alice', 'x')).code).toBe(530);
      expect(daemon.log).toMatch(new RegExp(`extauth: .*: alice: ${key} is `));
    } finally {
      await daemon.stop();
    }
  });
});

test.each([
  ['extauth', /-l: login method extauth needs a socket: extauth:SOCKET/],
  ['extauth:', /-l: login method extauth needs a socket/],
  [`extauth:/${'x'.repeat(120)}`, /-l: Path too long: the socket /],
])('-l %s is refused at the start', async (method, message) => {
  const { status, err } = await runProgram(['-l', method]);
  expect(status).toBe(252);
  expect(err).toMatch(message);
});
