// What the helper of a database can do that somebody has taken over: let in whom it is asked for, and nothing else.
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { isSoak, openDescriptors, type RawClient, untilSteady, untilTrue } from '@pure-ftpd/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { isRoot, PASSWORD, pidFileOf, RunningDaemon } from './testing/running-daemon.ts';
import { childrenOf, SeparatedPlace } from './testing/separated-server.ts';

const PROGRAM = new URL('testing/hostile-accounts-program.ts', import.meta.url).pathname;

/** Whose login brings which lie, and what the log says of it. */
const LIES: readonly (readonly [login: string, reason: string])[] = [
  ['root', 'an account with a wrong id'],
  ['root-group', 'an account with a wrong id'],
  ['no-number', 'an account with a wrong id'],
  ['relative', 'an account with a wrong home'],
  ['endless', 'an account with a wrong home'],
  ['negative', 'an account with a wrong limit'],
  ['wrong-id', 'an answer to nothing'],
  ['no-id', 'an answer to nothing'],
  ['twice', 'an answer to nothing'],
  ['oversize', 'the frame has a wrong length'],
  ['empty', 'the frame has a wrong length'],
  ['garbage', ''],
  ['cut', ''],
  ['opened-again', 'opened twice'],
  ['failed', 'failed when it was open'],
  ['probed', 'an answer to nothing'],
  ['no-reply', 'no such reply'],
  ['no-level', 'a note of no level'],
  ['talkative', 'too much to say about a login'],
  ['flood', 'an answer to nothing'],
];

const lies = LIES.filter(([login]) => isSoak || ['root', 'wrong-id', 'twice', 'oversize', 'flood'].includes(login));

describe.runIf(isRoot)('a helper of a database that was taken over', () => {
  let place: SeparatedPlace;
  let server: RunningDaemon;

  beforeAll(async () => {
    place = new SeparatedPlace();
    await place.separateUsers();
    const lines = [
      'Socket /nowhere',
      'User u',
      'Crypt any',
      'GetPW SELECT 1',
      'GetDir SELECT 1',
      'DefaultUID 1',
      'DefaultGID 1',
    ];
    writeFileSync(path.join(place.folder, 'mysql.conf'), lines.map((line) => `MYSQL${line}\n`).join(''), {
      mode: 0o600,
    });
  });
  afterAll(() => place.remove());
  afterEach(() => server.stop('SIGKILL'));

  async function start(): Promise<void> {
    const methods = ['-l', `mysql:${path.join(place.folder, 'mysql.conf')}`, '-l', `puredb:${place.database}`];
    const words = ['-S', '127.0.0.1,0', '-E', '-H', '-g', pidFileOf(place), ...methods];
    // The helper has no other variable.
    server = await RunningDaemon.startWith(place, words, { LANG: place.homeOf('alice') }, PROGRAM);
  }

  /** A client whose password has been sent. */
  async function asking(login: string): Promise<RawClient> {
    const client = await server.client();
    await client.command(`USER ${login}`);
    client.send(`PASS ${PASSWORD}\r\n`);
    return client;
  }

  async function codeOf(login: string): Promise<number> {
    const client = await asking(login);
    const { code } = await client.reply();
    client.close();
    return code;
  }

  function lines(pattern: RegExp): number {
    return server.log.match(pattern)?.length ?? 0;
  }

  /** After a helper that has answered nothing there is none for a moment. */
  function untilHonest(): Promise<void> {
    return untilTrue('the next helper lets an honest login in', async () => (await codeOf('honest')) === 230);
  }

  test('is killed for each lie, which refuses the login and is told once; others log in', async () => {
    await start();
    await untilHonest();
    expect(await codeOf('alice')).toBe(230);
    const before = await untilSteady('what is open', () => openDescriptors(server.serverPid));
    for (const [count, [login, reason]] of lies.entries()) {
      await untilHonest();
      const told = server.log.length;
      const liar = asking(login);
      expect([login, await codeOf('alice')]).toEqual([login, 230]);
      const client = await liar;
      expect([login, (await client.reply()).code]).toEqual([login, 530]);
      client.close();
      expect(server.log.slice(told)).toContain(`its helper failed [${reason}`);
      expect(lines(/its helper failed/g)).toBe(count + 1);
    }
    await untilHonest();
    expect(lines(/its helper is back/g)).toBe(lies.length);
    await untilTrue('nothing is left open', () => openDescriptors(server.serverPid) <= before);
    const helpers = childrenOf(server.serverPid).filter(({ name }) => name.includes('MYSQL'));
    expect(helpers).toHaveLength(1);
  });

  test('that lies again and again is told of once', async () => {
    await start();
    await Promise.all(Array.from({ length: 20 }, () => codeOf('root')));
    expect(lines(/its helper failed/g)).toBe(1);
    await untilHonest();
    expect(lines(/its helper is back/g)).toBe(1);
  });

  test('cannot give one the name of another, nor write lines of its own into the log', async () => {
    await start();
    const waiting = await asking('hold');
    await untilHonest();
    expect(await codeOf('swap')).toBe(530);
    expect((await waiting.reply()).code).toBe(230);
    expect(server.log).toMatch(/\[INFO\] hold is now logged in/);
    expect(server.log).not.toContain('swap is now logged in');
    waiting.close();
    expect(await codeOf('two-lines')).toBe(530);
    const told = server.log.split('\n').filter((line) => line.includes('alice is now logged in'));
    expect(told).toEqual([expect.stringMatching(/\[WARNING\] one/)]);
  });
});
