// What a session may have done is below the prefix of its home; who asks for more loses the connection, and nothing is done.
import { type ClientHttp2Session, connect } from 'node:http2';
import { Socket } from 'node:net';

import { socketpair } from '@pure-ftpd/posix';
import { untilTrue } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

import type { Objects } from '../objects.ts';
import { HomeConnection, HomeObjects, HomeQuota } from './home-connection.ts';
import { HomeCounters } from './home-counters.ts';
import { Room } from './room.ts';
import { ServedHome } from './served-home.ts';

const PREFIX = 'ftp/alice/';
const SETTINGS = { prefix: 'ftp/', partSize: 1, copyPartSize: 1, exactListings: false };

interface Served extends Disposable {
  readonly home: ServedHome;
  /** What the store was asked for. */
  readonly calls: string[];
  readonly violations: string[];
  /** The other end. */
  readonly socket: Socket;
}

/** A store that notes what it is asked for. */
function notingStore(calls: string[]): Objects {
  let uploads = 0;
  const note =
    <Answer>(name: string, answer: Answer) =>
    (...said: readonly unknown[]): Promise<Answer> => {
      calls.push(`${name} ${JSON.stringify(said[0])}`);
      return Promise.resolve(answer);
    };
  return {
    ...SETTINGS,
    head: note('head', { ContentLength: 3, LastModified: new Date(1_700_000_000_000) }),
    list: note('list', { objects: [], prefixes: [], next: undefined }),
    read: () => Promise.reject(new Error('not here')),
    put: note('put', undefined),
    remove: note('remove', undefined),
    begin: async (key) => {
      uploads += 1;
      const id = `id${uploads}`;
      calls.push(`begin ${key}`);
      await new Promise((resolve) => setImmediate(resolve));
      return { key, id };
    },
    putPart: note('putPart', { PartNumber: 1, ETag: 'tag' }),
    copyPart: note('copyPart', { PartNumber: 1, ETag: 'tag' }),
    complete: note('complete', undefined),
    abort: note('abort', undefined),
    copy: note('copy', undefined),
  };
}

function served(prefix = PREFIX, room = new Room(1024)): Served {
  const calls: string[] = [];
  const violations: string[] = [];
  const [ours, socket] = socketpair().map((fd) => new Socket({ fd, readable: true, writable: true }));
  if (ours === undefined || socket === undefined) throw new RangeError('no pair');
  const options = { objects: notingStore(calls), counters: new HomeCounters(), room };
  const home = new ServedHome(ours, prefix, options, ({ message }) => void violations.push(message));
  return { home, calls, violations, socket, [Symbol.dispose]: () => void (home.destroy(), socket.destroy()) };
}

/** Asks without any manners, and waits for the end of the connection. */
async function askUntilClosed(client: ClientHttp2Session, path: string, asked: string, body?: Buffer): Promise<void> {
  const closed = new Promise((resolve) => client.once('close', resolve));
  client.on('error', () => undefined);
  const stream = client.request({ ':method': 'POST', ':path': path, asked }, { endStream: body === undefined });
  stream.on('error', () => undefined);
  if (body !== undefined) stream.end(body);
  await closed;
}

function encoded(asked: unknown): string {
  return Buffer.from(JSON.stringify(asked)).toString('base64url');
}

const OWN = `${PREFIX}file`;
const HOSTILE: readonly (readonly [request: string, asked: unknown])[] = [
  ...['ftp/bob/secret', 'ftp/alicex', 'ftp/alice', 'secret', '', `${PREFIX}../bob/secret`, `${PREFIX}./x`, '../x'].map(
    (key) => ['head', { key }] as const,
  ),
  ...['', 'ftp/', 'ftp/alice', 'ftp/bob/', '/'].map((prefix) => ['list', { prefix }] as const),
  ['list', { prefix: PREFIX, most: 5000 }],
  ['read', { key: 'ftp/bob/secret', position: 0 }],
  ['read', { key: OWN, position: -1 }],
  ['read', { key: OWN, position: 0, etag: 'a\r\nx-amz-copy-source: /bucket/other' }],
  ['put', { key: 'ftp/bob/x', size: 0, isNew: false }],
  ['put', { key: OWN, size: 1e12, isNew: false }],
  ['put', { key: OWN, size: 0, isNew: false, contentType: 'a\nb' }],
  ['put', { key: OWN, size: 0, isNew: false, metadata: { 'a: b': 'c' } }],
  ['put', { key: OWN, size: 0, isNew: false, acl: 'public-read' }],
  ['remove', { key: 'ftp/bob/secret' }],
  ['copy', { from: 'ftp/bob/secret', to: OWN, source: {} }],
  ['copy', { from: OWN, to: 'ftp/bob/x', source: {} }],
  ['copy', { from: `${PREFIX}../bob/secret`, to: OWN, source: {} }],
  ['begin', { key: 'ftp/bob/x' }],
  ['putPart', { key: OWN, id: 'elsewhere', number: 1, size: 0 }],
  ['copyPart', { key: OWN, id: 'elsewhere', number: 1, source: { key: OWN, from: 0, end: 1 } }],
  ['copyPart', { key: OWN, id: 'elsewhere', number: 1, source: { key: 'ftp/bob/secret', from: 0, end: 1 } }],
  ['complete', { key: OWN, id: 'elsewhere', size: 0, isNew: false }],
  ['abort', { key: OWN, id: 'elsewhere' }],
  ['head', { key: OWN, bucket: 'other' }],
  ['head', [OWN]],
  ['head', { key: `${PREFIX}${'x'.repeat(1024)}` }],
  ['head', { key: `${PREFIX}\ud800` }],
  ['presign', { key: OWN }],
  ['constructor', {}],
  ['counted', { files: -1, bytes: 0 }],
];

test.each(HOSTILE)('%s %j ends the connection, and nothing is done', async (request, asked) => {
  using at = served();
  const client = connect('http://home', { createConnection: () => at.socket });
  await askUntilClosed(client, `/${request}`, encoded(asked));
  await at.home.closed;
  expect(at.violations).toHaveLength(1);
  expect(at.calls).toEqual([]);
});

test('what is no request, and more content than was said, end it, too', async () => {
  for (const [path, asked, body] of [
    ['/head', 'bm8ganNvbg', undefined],
    ['/put', encoded({ key: OWN, size: 2, isNew: false }), Buffer.from('more')],
  ] as const) {
    using at = served();
    const client = connect('http://home', { createConnection: () => at.socket });
    await askUntilClosed(client, path, asked, body);
    expect(at.violations).toHaveLength(1);
    expect(at.calls).toEqual([]);
  }
});

test('uploads in parts are bounded, also those that begin at the same time; all of them are aborted', async () => {
  using at = served();
  const client = connect('http://store', { createConnection: () => at.socket });
  client.on('error', () => undefined);
  const closed = new Promise((resolve) => client.once('close', resolve));
  for (let count = 0; count < 12; count += 1)
    client.request({ ':method': 'POST', ':path': '/begin', asked: encoded({ key: OWN }) }).on('error', () => undefined);
  await closed;
  await at.home.closed;
  expect(at.violations[0]).toBe('begin: too many uploads');
  const begun = at.calls.filter((call) => call.startsWith('begin'));
  expect(begun.length).toBeLessThanOrEqual(8);
  expect(at.calls.filter((call) => call.startsWith('abort'))).toHaveLength(begun.length);
});

test('bytes that are no HTTP end it', async () => {
  using at = served();
  at.socket.write('GET / HTTP/1.1\r\n\r\n');
  at.socket.resume();
  await at.home.closed;
  expect(at.calls).toEqual([]);
});

test('the own home is served; uploads that are left when the connection ends are aborted', async () => {
  using at = served();
  const connection = new HomeConnection(at.socket, () => undefined);
  const objects = new HomeObjects(connection, SETTINGS);
  expect((await objects.head(OWN))?.LastModified).toEqual(new Date(1_700_000_000_000));
  await objects.put(OWN, Buffer.from('content'), { metadata: { mtime: '1' } });
  await objects.copy(OWN, `${PREFIX}copy`, { ETag: '"tag"' });
  const whole = await objects.begin(OWN);
  await objects.complete(whole, [await objects.putPart(whole, 1, Buffer.from('part'))]);
  const broken = await objects.begin(OWN);
  await objects.putPart(broken, 1, Buffer.alloc(4096));
  connection.close();
  await at.home.closed;
  expect(at.calls.at(-1)).toBe(`abort ${JSON.stringify(broken)}`);
  expect(at.violations).toEqual([]);
});

test('a counter is that of the home, for all its sessions', async () => {
  using at = served();
  const connection = new HomeConnection(at.socket, () => undefined);
  const quota = new HomeQuota(connection);
  let counts = 0;
  const count = (): Promise<{ files: number; bytes: number }> => {
    counts += 1;
    return Promise.resolve({ files: 2, bytes: 10 });
  };
  expect(await quota.usage('', count)).toEqual({ files: 2, bytes: 10 });
  expect(await quota.change('', { files: 1, bytes: 5 }, { files: 3 })).toBe(true);
  expect(await quota.change('', { files: 1, bytes: 5 }, { files: 3 })).toBe(false);
  expect(await quota.usage('', count)).toEqual({ files: 3, bytes: 15 });
  expect(counts).toBe(1);
  connection.close();
});

test('what is to be stored waits for room', async () => {
  const room = new Room(10);
  const first = await room.take(8);
  const order: string[] = [];
  const large = room.take(100).then((taken) => {
    order.push('large');
    return taken;
  });
  const small = room.take(1).then((taken) => {
    order.push('small');
    return taken;
  });
  await untilTrue('both wait', () => order.length === 0);
  first[Symbol.dispose]();
  (await large)[Symbol.dispose]();
  (await small)[Symbol.dispose]();
  expect(order).toEqual(['large', 'small']);
});
