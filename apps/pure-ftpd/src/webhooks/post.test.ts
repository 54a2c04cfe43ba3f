import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createServer as createRawServer, type Server as RawServer } from 'node:net';

import { makeCertificate } from '@pure-ftpd/x509';
import { untilTrue } from '@pure-ftpd/testing';
import { afterEach, expect, test } from 'vitest';

import { type Poster, poster } from './post.ts';
import { signedHeaders } from './signature.ts';

const toClose: (() => void)[] = [];
afterEach(() => {
  for (const close of toClose.splice(0)) close();
});

async function listening(server: Server | RawServer): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  toClose.push(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function to(listener: RequestListener, limitMs?: number): Promise<Poster> {
  const port = await listening(createServer(listener));
  return poster(new URL(`http://127.0.0.1:${port}/hook?x=1`), [], 2, limitMs);
}

test('a body is posted, with headers; 2xx takes it', async () => {
  const heard: string[] = [];
  const { post } = await to((request, response) => {
    void (async () => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      heard.push(`${request.method} ${request.url} ${String(request.headers['x-own'])} ${body}`);
      response.writeHead(202).end('ok');
    })();
  });
  expect(await post('{"a":1}', { 'x-own': 'yes' })).toBeUndefined();
  expect(await post('{}', { 'x-own': 'no' })).toBeUndefined();
  expect(heard).toEqual(['POST /hook?x=1 yes {"a":1}', 'POST /hook?x=1 no {}']);
});

test.each([500, 404, 429, 304])('status %i does not', async (status) => {
  const { post } = await to((_, response) => response.writeHead(status).end());
  expect(await post('{}', {})).toBe(`status ${status}`);
});

test('a redirect is not followed: nothing signed goes elsewhere', async () => {
  let elsewhere = 0;
  const port = await listening(createServer((_, response) => ((elsewhere += 1), response.end())));
  const { post } = await to((_, response) => response.writeHead(307, { location: `http://127.0.0.1:${port}/` }).end());
  expect(await post('{}', signedHeaders(Buffer.from('secret'), 'id', 1, '{}'))).toBe('status 307');
  expect(elsewhere).toBe(0);
});

test('who does not answer, or answers without end, is left', async () => {
  const silent = await to(() => undefined, 200);
  expect(await silent.post('{}', {})).toBe('no answer in time');
  const slow = await to((_, response) => response.write('x'), 200);
  expect(await slow.post('{}', {})).toBeUndefined();
  let isLeft = false;
  let bytes = 0;
  const endless = await to((_, response) => {
    response.writeHead(200);
    const chunk = Buffer.alloc(1_048_576);
    const more = (): void => {
      bytes += chunk.length;
      if (!response.destroyed) response.write(chunk, () => setImmediate(more));
    };
    more();
    response.once('close', () => (isLeft = true));
  });
  expect(await endless.post('{}', {})).toBeUndefined();
  await untilTrue('it is left', () => isLeft);
  expect(bytes).toBeLessThan(100 * 1_048_576);
});

test('what is no HTTP, headers without end, and a connection that breaks are failures', async () => {
  for (const answer of ['220 hello\r\n', `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(20_000)}`, '']) {
    const port = await listening(
      createRawServer((socket) => socket.on('error', () => undefined).once('data', () => socket.end(answer))),
    );
    expect(await poster(new URL(`http://127.0.0.1:${port}/`), [], 1).post('{}', {})).toEqual(expect.any(String));
  }
  const port = await listening(createRawServer());
  toClose.pop()?.();
  expect(await poster(new URL(`http://127.0.0.1:${port}/`), [], 1).post('{}', {})).toBe('ECONNREFUSED');
});

test('a certificate has to be right', async () => {
  const { certificate, key } = makeCertificate({ names: ['127.0.0.1', 'localhost'] });
  let requests = 0;
  const server = createSecureServer({ cert: certificate, key }, (_, response) => ((requests += 1), response.end()));
  const port = await listening(server);
  const post = (host: string, authorities: readonly string[]): Promise<string | undefined> =>
    poster(new URL(`https://${host}:${port}/`), authorities, 1).post('{}', {});
  expect(await post('localhost', [])).toMatch(/SELF_SIGNED|UNABLE_TO/);
  expect(requests).toBe(0);
  expect(await post('localhost', [certificate])).toBeUndefined();
  expect(requests).toBe(1);
});

test('a signature is what Standard Webhooks makes of the same', () => {
  // The example of its specification.
  const secret = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
  const headers = signedHeaders(secret, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, '{"test": 2432232314}');
  expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});
