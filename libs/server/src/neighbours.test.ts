// What a session gets while another one of the same process has the server do the most that it can be asked for.
import { closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';

import { type RawClient, type RawReply, soak, untilTrue } from '@pure-ftpd/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { tlsCommands } from './commands/tls-table.ts';
import type { FTPHandler } from './face/ftp-handler.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

const FILES = soak(20_000, 100_000);
const DIRECTORIES = soak(1000, 5000);
const PATTERNS = soak(100, 300);
const LARGE_BYTES = soak(2 ** 28, 3 * 2 ** 30);
const UPLOAD = Buffer.alloc(soak(2 ** 25, 2 ** 28));
/** So many bytes take a day to be looked at, and no room. */
const ENDLESS_BYTES = 2 ** 43;
const LIMIT_MS = soak(300_000, 1_200_000);

/**
 * Processor time of this thread, in milliseconds, in which a neighbour must have had a reply, its clients' own work included.
 * Slices are of five; names of a directory come from the kernel in one go, which takes 100 µs for each thousand.
 */
const MOST_BETWEEN_REPLIES = soak(75, 200);

/** As long as a path may be, and leads to the home in the end. */
const LONG_WAY = 'many/../'.repeat(480);

/** What a client does with the verb, and is answered at the end. */
type Use = (client: RawClient) => Promise<RawReply>;

const listing =
  (line: string): Use =>
  (client) =>
    download(client, line);
const said =
  (line: string, prepare: (client: RawClient) => unknown = () => undefined): Use =>
  async (client) => {
    await prepare(client);
    return client.command(line);
  };
const upload =
  (line: string, prepare: (client: RawClient) => unknown = () => undefined): Use =>
  async (client) => {
    await prepare(client);
    return client.transmit(line, UPLOAD);
  };

/** The most that each verb can be asked for; a verb that is not here gets the longest path there is. */
const MOST: Readonly<Record<string, readonly Use[]>> = {
  APPE: [upload('APPE appended')],
  DELE: [said('DELE full', () => makeFull('full'))],
  HASH: [said('HASH sparse'), said('HASH sparse', (client) => client.command('OPTS HASH CRC32'))],
  LIST: [
    listing('LIST many'),
    listing('LIST -t many'),
    listing('LIST -S -r many'),
    listing('LIST -C many'),
    listing('LIST -R'),
    listing('LIST -lRF'),
    listing('LIST -d many/*'),
    listing('LIST */*'),
    listing('LIST t*/*/*'),
    listing(`LIST ${'many/*9.data '.repeat(PATTERNS)}`),
    listing(`LIST ${'many/*z '.repeat(PATTERNS)}`),
    listing(`LIST ${'tree '.repeat(PATTERNS)}`),
    listing(`LIST ${'many/f1.data '.repeat(PATTERNS)}`),
  ],
  MLSD: [listing('MLSD many'), listing('MLSD tree')],
  NLST: [listing('NLST many')],
  RETR: [listing('RETR sparse'), async (client) => (await client.command('TYPE A'), download(client, 'RETR sparse'))],
  RNTO: [
    said('RNTO full', async (client) => {
      writeFileSync(inHome('small'), '');
      makeFull('full');
      await client.command('RNFR small');
    }),
  ],
  STAT: [
    said('STAT many'),
    said('STAT -R'),
    said('STAT many/*'),
    said(`STAT ${'many/*9.data '.repeat(PATTERNS / 10)}`),
  ],
  STOR: [upload('STOR stored'), upload('STOR full', () => makeFull('full'))],
  STOU: [upload('STOU')],
};

let server: TestServer;
let neighbour: RawClient;

beforeAll(async () => {
  server = await startTestServer();
  mkdirSync(inHome('many'));
  for (let file = 0; file < FILES; file += 1) writeFileSync(inHome('many', `f${(file * 7919) % FILES}.data`), '');
  mkdirSync(inHome('tree'));
  for (let directory = 0; directory < DIRECTORIES; directory += 1) {
    mkdirSync(inHome('tree', `d${directory}`));
    writeFileSync(inHome('tree', `d${directory}`, 'x'), '');
  }
  makeSparse('sparse', LARGE_BYTES);
  makeSparse('endless', ENDLESS_BYTES);
  makeFull('full');
  neighbour = await server.login();
}, LIMIT_MS);
afterAll(() => server[Symbol.asyncDispose](), LIMIT_MS);

const inHome = (...names: string[]): string => path.join(server.folder, ...names);

/** A file that is read as quickly as a file can be. */
function makeSparse(name: string, bytes: number): void {
  const fd = openSync(inHome(name), 'w');
  ftruncateSync(fd, bytes);
  closeSync(fd);
}

/** A file that takes the kernel its time to be freed. */
function makeFull(name: string): void {
  const fd = openSync(inHome(name), 'w');
  const chunk = Buffer.alloc(2 ** 24);
  for (let at = 0; at < LARGE_BYTES; at += chunk.length) writeSync(fd, chunk);
  closeSync(fd);
}

/** Receives, and keeps nothing of it. */
async function download(client: RawClient, line: string): Promise<RawReply> {
  const data = await client.passive();
  data.resume();
  const first = await client.command(line);
  return first.code >= 200 ? first : client.reply();
}

/** Milliseconds of this thread's processor time. */
function usedSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1000;
}

/** What is answered in the end, and the longest that the neighbour went without a reply until then. */
async function beside(work: Promise<RawReply>): Promise<{ readonly reply: RawReply; readonly longest: number }> {
  let longest = 0;
  const done = new AbortController();
  const chat = async (): Promise<void> => {
    while (!done.signal.aborted) {
      const start = process.threadCpuUsage();
      await neighbour.command('NOOP');
      longest = Math.max(longest, usedSince(start));
    }
  };
  const chatting = chat();
  try {
    const reply = await work;
    done.abort();
    await chatting;
    return { reply, longest };
  } finally {
    done.abort();
  }
}

describe.each([...tlsCommands.keys()])('a neighbour has its turns during %s', (verb) => {
  const uses: readonly Use[] = MOST[verb] ?? [said(`${verb} ${LONG_WAY}many`)];
  test.each(uses.map((use, index) => [index, use] as const))(
    'of the most it can be asked for (%i)',
    async (_, use) => {
      const client = await server.login();
      await client.command('TYPE I');
      const { reply, longest } = await beside(use(client));
      client.close();
      expect(longest).toBeLessThan(MOST_BETWEEN_REPLIES);
      // Else it would have been refused instead of being done.
      if (verb in MOST) expect(Math.floor(reply.code / 100)).toBe(2);
    },
    LIMIT_MS,
  );
});

const sessionOf = (client: RawClient): FTPHandler | undefined =>
  [...server.server.sessions].find(({ remotePort }) => remotePort === client.socket.localPort);

describe('work is ended', () => {
  test.each([
    ['says no more', (client: RawClient) => client.socket.end()],
    ['closes the connection', (client: RawClient) => client.socket.destroy()],
    ['resets the connection', (client: RawClient) => client.socket.resetAndDestroy()],
  ])('when its client %s', async (_, leave) => {
    const client = await server.login();
    const session = sessionOf(client);
    expect(session).toBeDefined();
    client.send('HASH endless\r\n');
    leave(client);
    await untilTrue('the session has ended', () => session !== undefined && !server.server.sessions.has(session));
    expect(server.errors).toEqual([]);
  });
});
