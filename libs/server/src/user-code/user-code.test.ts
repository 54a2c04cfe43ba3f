// What the developer writes may answer, throw, reject, hang or answer the wrong thing: each, in each place.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { readdirSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { RawClient, untilTrue } from '@pure-ftpd/testing';
import { describe, expect, test } from 'vitest';

import type { DummyAuthorizer } from '../authorizers/dummy-authorizer.ts';
import { FTPHandler } from '../face/ftp-handler.ts';
import { MemoryFilesystem } from '../filesystem/memory-filesystem.ts';
import { MemoryStore } from '../filesystem/memory-store.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { textUntil, TlsClient } from '../testing/tls-client.ts';
import { tlsHandler } from '../testing/tls-server.ts';
import type { ParsedCommand } from '../contract/command.ts';
import type { FailureContext } from '../contract/user-code.ts';

type Handler = typeof FTPHandler;
type Behaviour = 'returns' | 'promises' | 'throws' | 'rejects' | 'hangs' | 'answers the wrong type';

/** What a place does with what is called there. `good` is a right answer. */
function behave(behaviour: Behaviour, good: unknown): unknown {
  switch (behaviour) {
    case 'returns':
      return good;
    case 'promises':
      return Promise.resolve(good);
    case 'throws':
      throw new Error('broken');
    case 'rejects':
      return Promise.reject(new Error('broken'));
    case 'hangs':
      return new Promise(() => undefined);
    case 'answers the wrong type':
      return { neither: 'true nor false' };
    default:
      return behaviour satisfies never;
  }
}

const BEHAVIOURS = ['returns', 'promises', 'throws', 'rejects', 'hangs', 'answers the wrong type'] as const;

/** A place where code of the developer's is called, and what the client hears. */
interface Place {
  readonly hook: string;
  readonly good?: unknown;
  /** Does what leads to the call, and answers the code that counts. */
  readonly drive: (ftp: TestServer) => Promise<number>;
  /** What is heard when all is well. */
  readonly well: number;
  /** What is heard when it throws, rejects or hangs. */
  readonly failed: number;
  /** What is heard after the wrong answer; without it, the answer does not count. */
  readonly wrong?: number;
  /** Nobody waits for it: that it hangs is not noticed. */
  readonly listener?: true;
  /** A method of the authorizer's. */
  readonly authorizer?: true;
  /** Reached over TLS alone. */
  readonly tls?: true;
}

async function greeting({ port }: TestServer): Promise<number> {
  const client = await RawClient.connect(port);
  const { code } = await client.reply();
  if (code === 421) expect(await client.end()).toBe('');
  client.close();
  return code;
}

/** The code of PASS; a login that is refused must be none. */
async function login(ftp: TestServer, password = 'secret'): Promise<number> {
  const client = await ftp.connect();
  await client.command('USER user');
  const { code } = await client.command(`PASS ${password}`);
  expect((await client.command('PWD')).code).toBe(code === 230 ? 257 : 530);
  client.close();
  return code;
}

/** The code of one command of who has logged in. */
function said(line: string): Place['drive'] {
  return async (ftp) => {
    const client = await ftp.login();
    const { code } = await client.command(line);
    if (line === 'QUIT') expect(await client.end()).toBe('');
    else expect((await client.command('NOOP')).code).toBe(200);
    client.close();
    return code;
  };
}

/** The code of a transfer that goes well but for the hook. */
function transferred(verb: 'RETR' | 'STOR'): Place['drive'] {
  return async (ftp) => {
    writeFileSync(path.join(ftp.folder, 'file'), 'content');
    const client = await ftp.login();
    const reply = verb === 'RETR' ? (await client.receive('RETR file')).reply : await client.transmit('STOR file', 'x');
    expect((await client.command('NOOP')).code).toBe(200);
    client.close();
    return reply.code;
  };
}

/** The code of a transfer that is aborted. */
function aborted(verb: 'RETR' | 'STOR'): Place['drive'] {
  return async (ftp) => {
    writeFileSync(path.join(ftp.folder, 'file'), '');
    truncateSync(path.join(ftp.folder, 'file'), 32 * 1024 * 1024);
    const client = await ftp.login();
    const data = await client.passive();
    data.on('error', () => undefined);
    data.pause();
    expect((await client.command(`${verb} file`)).code).toBeLessThan(200);
    const { code } = await client.command('ABOR');
    expect((await client.reply()).code).toBe(226);
    data.destroy();
    client.close();
    return code;
  };
}

/** The code of STOU, which asks for a name. */
async function storedUnique(ftp: TestServer): Promise<number> {
  const client = await ftp.login();
  const { code } = await client.transmit('STOU', 'x');
  client.close();
  return code;
}

/** The code of HOST, before there is a user. */
async function hostChosen(ftp: TestServer): Promise<number> {
  const client = await ftp.connect();
  const { code } = await client.command('HOST ftp.example.org');
  client.close();
  return code;
}

/** The code of what follows CCC, in clear. */
async function cleared(ftp: TestServer): Promise<number> {
  const client = await TlsClient.login(ftp.port);
  const ended = once(client.control, 'end');
  // It may come with the end of TLS, in one piece.
  const inClear = textUntil(client.socket, /(?:200|421) [\w ,.]+\r\n$/);
  client.raw.send('CCC\r\n');
  expect((await client.reply()).code).toBe(200);
  await ended;
  client.socket.write('NOOP\r\n');
  const [code = ''] = (await inClear).match(/\d+(?= [\w ,.]+\r\n$)/) ?? [];
  if (code === '421') await untilTrue('the server has ended it', () => client.socket.readableEnded);
  client.close();
  return Number(code);
}

/** A file system in memory. */
const IN_MEMORY = new MemoryFilesystem('/', new MemoryStore());

async function left(ftp: TestServer): Promise<number> {
  const client = await ftp.login();
  client.close();
  await untilTrue('the session has ended', () => ftp.server.sessions.size === 0);
  return 0;
}

const PLACES: readonly Place[] = [
  { hook: 'onConnect', drive: greeting, well: 220, failed: 421 },
  { hook: 'banner', good: 'Hello.', drive: greeting, well: 220, failed: 421, wrong: 421 },
  { hook: 'validateAuthentication', drive: login, well: 230, failed: 530, wrong: 530, authorizer: true },
  { hook: 'validateAuthentication', good: true, drive: login, well: 230, failed: 530, wrong: 530, authorizer: true },
  { hook: 'getHomeDir', good: '/', drive: login, well: 230, failed: 530, wrong: 530, authorizer: true },
  { hook: 'getMsgLogin', good: 'Hello.', drive: login, well: 230, failed: 530, wrong: 530, authorizer: true },
  { hook: 'getLimits', good: { sessions: 3 }, drive: login, well: 230, failed: 530, authorizer: true },
  { hook: 'openFileSystem', good: IN_MEMORY, drive: login, well: 230, failed: 530, wrong: 530 },
  { hook: 'acceptsHost', good: true, drive: hostChosen, well: 220, failed: 451, wrong: 504 },
  { hook: 'uniqueName', good: 'unique', drive: storedUnique, well: 226, failed: 451, wrong: 451 },
  { hook: 'onLogin', drive: login, well: 230, failed: 530 },
  { hook: 'onLoginFailed', drive: (ftp) => login(ftp, 'wrong'), well: 530, failed: 530 },
  { hook: 'getMsgQuit', good: 'Bye.', drive: said('QUIT'), well: 221, failed: 221, wrong: 221, authorizer: true },
  { hook: 'hasPerm', good: true, drive: said('CWD /'), well: 250, failed: 451, wrong: 550, authorizer: true },
  { hook: 'hasPerm', good: true, drive: said('CWD /'), well: 250, failed: 451, wrong: 550 },
  { hook: 'onLogout', drive: said('REIN'), well: 230, failed: 230 },
  { hook: 'onDisconnect', drive: left, well: 0, failed: 0 },
  { hook: 'onFileSent', drive: transferred('RETR'), well: 226, failed: 451 },
  { hook: 'onFileReceived', drive: transferred('STOR'), well: 226, failed: 451 },
  { hook: 'onIncompleteFileSent', drive: aborted('RETR'), well: 426, failed: 426 },
  { hook: 'onIncompleteFileReceived', drive: aborted('STOR'), well: 426, failed: 426 },
  {
    hook: 'permitsForeignAddress',
    good: true,
    drive: said('PORT 192,0,2,1,20,20'),
    well: 200,
    failed: 451,
    wrong: 501,
  },
  { hook: 'announcedAddress', good: '192.0.2.1', drive: said('PASV'), well: 227, failed: 451, wrong: 451 },
  { hook: 'onProtectionCleared', drive: cleared, well: 200, failed: 421, tls: true },
  { hook: 'ftp_SYST', good: '215 UNIX Type: L8', drive: said('SYST'), well: 215, failed: 451, wrong: 451 },
  { hook: 'onEvent', drive: said('NOOP'), well: 200, failed: 200, listener: true },
  { hook: 'log', drive: said('NOOP'), well: 200, failed: 200, listener: true },
  { hook: 'logline', drive: said('NOOP'), well: 200, failed: 200, listener: true },
];

/** A handler, or its authorizer, in which one method behaves so. */
function handlerWith({ hook, authorizer, tls }: Place, method: () => unknown): Handler {
  const Base: Handler = tls === true ? tlsHandler({ clearControlAllowed: true }) : FTPHandler;
  class Misbehaving extends Base {
    static override hookTimeout = 0.05;
  }
  if (authorizer !== true) {
    Object.defineProperty(Misbehaving.prototype, hook, { value: method });
    return Misbehaving;
  }
  // The test server gives its handler an authorizer of its own.
  Object.defineProperty(Misbehaving, 'authorizer', {
    set(given: DummyAuthorizer) {
      Object.defineProperty(given, hook, { value: method });
      Object.defineProperty(Misbehaving, 'authorizer', { value: given });
    },
    configurable: true,
  });
  return Misbehaving;
}

interface Seen extends FailureContext {
  readonly message: string;
}

async function observed(Handler: Handler): Promise<{ readonly ftp: TestServer; readonly seen: Seen[] }> {
  const ftp = await startTestServer(Handler);
  const seen: Seen[] = [];
  ftp.server.onError = ({ message }, _session, about) => {
    seen.push({ message, ...about });
  };
  return { ftp, seen };
}

/** What is heard, and how many failures are told of: at least one, or none. */
function expectation(place: Place, behaviour: Behaviour): { readonly code: number; readonly fails: boolean } {
  const { well, failed, wrong, listener } = place;
  if (behaviour === 'returns') return { code: well, fails: false };
  if (behaviour === 'promises') return { code: well, fails: false };
  if (behaviour === 'answers the wrong type') return { code: wrong ?? well, fails: wrong !== undefined };
  if (behaviour === 'hangs' && listener === true) return { code: well, fails: false };
  return { code: failed, fails: true };
}

/** A command that hangs is its own affair, until the client leaves. */
const CASES = PLACES.flatMap((place) =>
  BEHAVIOURS.filter((behaviour) => place.hook !== 'ftp_SYST' || behaviour !== 'hangs').map(
    (behaviour) => [place.authorizer === true ? `authorizer.${place.hook}` : place.hook, behaviour, place] as const,
  ),
);

describe('a method of the developer’s', () => {
  test.for(CASES)('%s that %s', async ([, behaviour, place]) => {
    const { ftp, seen } = await observed(handlerWith(place, () => behave(behaviour, place.good)));
    await using _ftp = ftp;
    const { code, fails } = expectation(place, behaviour);
    expect(await place.drive(ftp)).toBe(code);
    await untilTrue('the session has ended', () => ftp.server.sessions.size === 0);
    const own = seen.filter(({ hook }) => hook === place.hook || (hook === undefined && place.hook.startsWith('ftp_')));
    expect(own).toHaveLength(fails ? 1 : 0);
    expect(seen).toHaveLength(own.length);
    if (fails && behaviour === 'throws') expect(seen[0]?.message).toBe('broken');
  });
});

test.each([
  ['throws', 'broken'],
  ['promises', 'concluded has answered a promise instead of an outcome'],
] as const)('a login that cannot be told to the client is none: concluded that %s', async (how, message) => {
  class Failing extends FTPHandler {}
  const concluded = (command: ParsedCommand, outcome: Outcome): unknown =>
    command.verb === 'PASS' ? behave(how, outcome) : outcome;
  Object.defineProperty(Failing.prototype, 'concluded', { value: concluded });
  const { ftp, seen } = await observed(Failing);
  await using _ftp = ftp;
  const client = await ftp.connect();
  client.send('USER user\r\nPASS secret\r\nMKD made\r\n');
  expect((await client.reply()).code).toBe(331);
  expect((await client.reply()).code).toBe(421);
  expect(await client.end()).toBe('');
  expect(readdirSync(ftp.folder)).toEqual([]);
  expect(seen).toEqual([expect.objectContaining({ message, command: 'PASS' })]);
});

test('a failure is told with the verb and the user', async () => {
  class Failing extends FTPHandler {
    override onLogin(): never {
      throw new Error('no row');
    }
  }
  const { ftp, seen } = await observed(Failing);
  await using _ftp = ftp;
  expect(await login(ftp)).toBe(530);
  expect(seen).toEqual([{ message: 'no row', command: 'PASS', hook: 'onLogin', username: 'user' }]);
});

test('a hook that hangs is told of by its name, and a late rejection harms nothing', async () => {
  const late = Promise.withResolvers<void>();
  class Slow extends FTPHandler {
    static override hookTimeout = 0.02;
    override onFileReceived(): Promise<void> {
      return late.promise;
    }
  }
  const { ftp, seen } = await observed(Slow);
  await using _ftp = ftp;
  const client = await ftp.login();
  expect((await client.transmit('STOR file', 'x')).code).toBe(451);
  expect(seen[0]).toMatchObject({ message: 'onFileReceived has not answered within 0.02 seconds', command: 'STOR' });
  late.reject(new Error('too late'));
  expect((await client.command('NOOP')).code).toBe(200);
  expect(seen).toHaveLength(1);
});

test('a file system that comes too late is closed', async () => {
  const late = Promise.withResolvers<MemoryFilesystem>();
  class Slow extends FTPHandler {
    static override hookTimeout = 0.02;
    override openFileSystem(): Promise<MemoryFilesystem> {
      return late.promise;
    }
  }
  const { ftp } = await observed(Slow);
  await using _ftp = ftp;
  expect(await login(ftp)).toBe(530);
  const closed = Promise.withResolvers<void>();
  const files = new MemoryFilesystem('/', new MemoryStore());
  files.close = closed.resolve;
  late.resolve(files);
  await closed.promise;
});

test.each(['logerror', 'logline', 'log', 'onEvent'])(
  '%s that fails each time is told of once, by name',
  async (hook) => {
    class Failing extends FTPHandler {
      override ftp_SYST(): never {
        throw new Error('a defect');
      }
    }
    Object.defineProperty(Failing.prototype, hook, {
      value: () => {
        throw new Error('no disk');
      },
    });
    const { ftp, seen } = await observed(Failing);
    await using _ftp = ftp;
    const client = await ftp.login();
    for (const _ of [1, 2]) expect((await client.command('SYST')).code).toBe(451);
    expect(seen.filter((failure) => failure.hook === hook)).toHaveLength(1);
    expect(seen.filter(({ message }) => message === 'a defect')).toHaveLength(2);
  },
);

test.each(['throws', 'rejects'] as const)(
  'a subscriber that %s ends neither the process nor the others',
  async (how) => {
    let heard = 0;
    const broken = (): unknown => behave(how, undefined);
    const listener = (): void => {
      heard += 1;
    };
    subscribe('pure-ftpd:session', broken);
    subscribe('pure-ftpd:session', listener);
    try {
      const { ftp, seen } = await observed(class extends FTPHandler {});
      await using _ftp = ftp;
      const client = await ftp.login();
      expect((await client.command('NOOP')).code).toBe(200);
      expect(heard).toBeGreaterThan(5);
      expect(seen).toEqual([expect.objectContaining({ hook: 'subscriber broken', message: 'broken' })]);
    } finally {
      expect(unsubscribe('pure-ftpd:session', broken)).toBe(true);
      expect(unsubscribe('pure-ftpd:session', listener)).toBe(true);
    }
  },
);

test('a client whose session cannot be made is dropped, and the next is served', async () => {
  let isBroken = true;
  class Broken extends FTPHandler {
    readonly part = isBroken ? behave('throws', undefined) : 1;
  }
  const { ftp, seen } = await observed(Broken);
  await using _ftp = ftp;
  const dropped = await RawClient.connect(ftp.port);
  expect(await dropped.end()).toBe('');
  expect(seen).toEqual([{ message: 'broken', hook: 'constructor', command: undefined, username: '' }]);
  isBroken = false;
  expect(await greeting(ftp)).toBe(220);
});

test('a command that hangs ends with its client, in limited time', async () => {
  class Hanging extends FTPHandler {
    static override hookTimeout = 0.05;
    override ftp_SYST(): Promise<string> {
      return new Promise(() => undefined);
    }
  }
  const { ftp, seen } = await observed(Hanging);
  await using _ftp = ftp;
  const client = await ftp.login();
  client.send('SYST\r\n');
  await untilTrue('it is at it', () =>
    [...ftp.server.sessions].some(({ runningCommand }) => runningCommand !== undefined),
  );
  client.socket.resetAndDestroy();
  await untilTrue('the session has ended', () => ftp.server.sessions.size === 0);
  expect(seen).toEqual([expect.objectContaining({ hook: 'ftp_SYST', command: 'SYST' })]);
});

test('the end of a server has a limit, whatever its hooks wait for', async () => {
  class Hanging extends FTPHandler {
    static override hookTimeout = 0.05;
    override onLogout(): Promise<void> {
      return new Promise(() => undefined);
    }
    override onDisconnect(): Promise<void> {
      return new Promise(() => undefined);
    }
  }
  const { ftp, seen } = await observed(Hanging);
  await using _ftp = ftp;
  await Promise.all(Array.from({ length: 5 }, () => ftp.login()));
  await ftp.server.close();
  await ftp.server.serveForever();
  expect(ftp.server.sessions.size).toBe(0);
  for (const name of ['onLogout', 'onDisconnect']) expect(seen.filter(({ hook }) => hook === name)).toHaveLength(5);
  expect(seen).toHaveLength(10);
});
