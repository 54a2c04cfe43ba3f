// A file system that is no disk: files on a web server, read and written in streams.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';

import { SystemError } from '@pure-ftpd/posix';
import { untilTrue } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

import { type Capabilities, EVERYTHING } from '../contract/file-system.ts';
import type {
  FileStats,
  NamedStats,
  Upload,
  UploadOptions,
  VirtualDirectory,
  VirtualFile,
} from '../contract/virtual-file.ts';
import { FilesystemError } from '../errors.ts';
import { FTPHandler } from '../face/ftp-handler.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { AbstractedFS } from './abstracted-fs.ts';
import { directoryFromEntries, fileFromStream, uploadToStream } from './streams.ts';

/** A flat store: GET (with Range), HEAD, PUT, DELETE, and a list with a name and a size a line, in pages of two. */
class Store {
  readonly objects = new Map<string, Buffer>();
  readonly requests: string[] = [];
  readonly server: Server = createServer((request, response) => void this.#answer(request, response));

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://store');
    const name = decodeURIComponent(pathname.slice(1));
    this.requests.push(
      `${request.method} ${name} ${String(request.headers['x-user'])} ${request.headers.range ?? ''}`.trim(),
    );
    if (request.method === 'PUT') {
      const parts: Buffer[] = [];
      try {
        for await (const part of request) parts.push(Buffer.from(part));
      } catch {
        return; // given up: nothing is stored
      }
      this.objects.set(name, Buffer.concat(parts));
      response.writeHead(name.endsWith('.full') ? 507 : 201).end();
      return;
    }
    if (name === '') {
      const from = Number(searchParams.get('from'));
      const lines = [...this.objects].slice(from, from + 2).map(([object, { length }]) => `${object}\t${length}\n`);
      response.end(lines.join(''));
      return;
    }
    const content = this.objects.get(name);
    if (content === undefined) {
      response.writeHead(404).end();
      return;
    }
    if (request.method === 'DELETE') this.objects.delete(name);
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(200, { 'content-length': content.length - from }).end(content.subarray(from));
  }
}

function stats(type: 'file' | 'dir', size: number): FileStats {
  return { type, size, mode: type === 'dir' ? 0o755 : 0o644, nlink: 1, uid: 0, gid: 0, mtimeMs: 0, dev: 0, ino: 0 };
}

/** What a session sees of a store; its root is the store's address. */
class HttpFilesystem extends AbstractedFS {
  constructor(root: string) {
    super(root, false);
  }

  override get capabilities(): Capabilities {
    return { ...EVERYTHING, append: false, chmod: false, utime: false, space: false };
  }

  override resolve(path: string): string {
    return path;
  }

  override chdir(path: string): void {
    if (path !== '/') throw new SystemError('ENOENT', 'chdir', { path });
  }

  override async stat(path: string): Promise<FileStats> {
    if (path === '/') return stats('dir', 0);
    const { headers } = await this.#request(path, { method: 'HEAD' });
    return stats('file', Number(headers.get('content-length')));
  }

  override lstat(path: string): Promise<FileStats> {
    return this.stat(path);
  }

  override openDirectory(): VirtualDirectory {
    return directoryFromEntries(this.#entries());
  }

  override async open(path: string): Promise<VirtualFile> {
    const { size } = await this.stat(path);
    return fileFromStream(size, async (position) => {
      const { body } = await this.#request(path, { headers: { range: `bytes=${position}-` } });
      return body ?? Readable.from([]);
    });
  }

  override createUpload(path: string, options: UploadOptions): Upload {
    if ((options.offset ?? 0) > 0) throw new FilesystemError('An upload cannot be continued here');
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const stored = this.#request(path, { method: 'PUT', body: readable, duplex: 'half' });
    stored.catch(() => undefined);
    return uploadToStream(writable, { commit: async () => void (await stored) });
  }

  override async remove(path: string): Promise<void> {
    await this.#request(path, { method: 'DELETE' });
  }

  override close(): void {
    return;
  }

  async *#entries(): AsyncGenerator<NamedStats> {
    for (let from = 0; ; from += 2) {
      const lines = (await (await this.#request(`/?from=${from}`)).text()).split('\n').slice(0, -1);
      for (const [name = '', size] of lines.map((line) => line.split('\t')))
        yield { name, ...stats('file', Number(size)) };
      if (lines.length < 2) return;
    }
  }

  async #request(path: string, init: RequestInit & { duplex?: 'half' } = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('x-user', this.session?.username ?? '');
    const response = await fetch(this.root + path, { ...init, headers });
    if (response.status === 404) throw new SystemError('ENOENT', 'open', { path });
    if (!response.ok) throw new FilesystemError(`The store says ${response.status}`);
    return response;
  }
}

async function served(): Promise<TestServer & { readonly store: Store }> {
  const store = new Store();
  store.server.listen(0, '127.0.0.1');
  await once(store.server, 'listening');
  const address = store.server.address();
  const root = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  class Handler extends FTPHandler {
    static override abstractedFs = HttpFilesystem;
  }
  const ftp = await startTestServer(Handler);
  const { authorizer } = Handler;
  Handler.authorizer = Object.assign(Object.create(authorizer), {
    getHomeDir: () => root,
    hasPerm: () => true,
    validateAuthentication: () => true,
    getMsgLogin: () => undefined,
    getMsgQuit: () => undefined,
    getLimits: () => undefined,
  });
  return {
    ...ftp,
    store,
    async [Symbol.asyncDispose]() {
      await ftp[Symbol.asyncDispose]();
      store.server.closeAllConnections();
      store.server.close();
    },
  };
}

test('files go to the store and come from it in streams, as the user', async () => {
  await using ftp = await served();
  const content = Buffer.alloc(3_000_000, 'abcdefg');
  const client = await ftp.login();
  await client.command('TYPE I');
  expect((await client.transmit('STOR big', content)).code).toBe(226);
  expect(ftp.store.objects.get('big')?.equals(content)).toBe(true);
  expect((await client.receive('RETR big')).data.equals(content)).toBe(true);
  await client.command('REST 2999990');
  expect((await client.receive('RETR big')).data.toString()).toBe(content.subarray(2_999_990).toString());
  expect(ftp.store.requests).toContain('GET big user bytes=2999990-');
  expect((await client.command('SIZE big')).text).toBe('213 3000000');
  expect((await client.command('DELE big')).code).toBe(250);
  expect((await client.command('SIZE big')).code).toBe(550);
  expect(ftp.errors).toEqual([]);
});

test('a directory of several pages is listed in order', async () => {
  await using ftp = await served();
  for (const name of ['e', 'd', 'c', 'b', 'a']) ftp.store.objects.set(name, Buffer.from(name));
  const client = await ftp.login();
  expect((await client.receive('NLST')).data.toString()).toBe('a\r\nb\r\nc\r\nd\r\ne\r\n');
  expect((await client.receive('MLSD')).data.toString()).toContain('size=1;');
  expect(ftp.store.requests.filter((line) => line === 'GET  user')).toHaveLength(6);
});

test('what the store refuses the client hears, and a download that is aborted ends its request', async () => {
  await using ftp = await served();
  const client = await ftp.login();
  expect((await client.transmit('STOR x.full', 'x')).text).toContain('The store says 507');
  await client.command('TYPE I');
  await client.command('REST 5');
  await client.passive();
  ftp.store.objects.set('big', Buffer.alloc(64_000_000));
  expect((await client.command('STOR big')).text).toBe('550 An upload cannot be continued here.');
  const data = await client.passive();
  data.pause();
  expect((await client.command('RETR big')).code).toBeLessThan(200);
  expect((await client.command('ABOR')).code).toBe(426);
  data.destroy();
  const { server } = ftp.store;
  await untilTrue('the request has ended', async () => (await connections(server)) === 0);
});

test('an upload that is given up stores nothing', async () => {
  await using ftp = await served();
  const client = await ftp.login();
  const data = await client.passive();
  expect((await client.command('STOR part')).code).toBeLessThan(200);
  data.write('half');
  await untilTrue('the store hears of it', () => ftp.store.requests.some((line) => line.startsWith('PUT part')));
  expect((await client.command('ABOR')).code).toBe(426);
  data.destroy();
  expect((await client.reply()).code).toBe(226);
  await untilTrue('the request has ended', async () => (await connections(ftp.store.server)) === 0);
  expect(ftp.store.objects.has('part')).toBe(false);
});

test('what the file system cannot do is refused before anything begins', async () => {
  await using ftp = await served();
  const client = await ftp.login();
  expect((await client.command('FEAT')).text).not.toMatch(/MFMT|AVBL/);
  for (const command of ['APPE x', 'SITE CHMOD 600 x', 'MFMT 20200101000000 x', 'AVBL'])
    expect((await client.command(command)).code).toBe(502);
});

/** Connections on which a request is under way: others are kept for the next. */
function connections(server: Server): Promise<number> {
  server.closeIdleConnections();
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
  });
}
