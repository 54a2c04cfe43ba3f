// What answers to HTTP: three paths, nothing else, and little of it at a time.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

import { acceptedFormat } from './accepted-format.ts';
import { exposition } from './exposition.ts';
import type { Numbers } from './tally.ts';

/** What is known of the server at a moment. */
export interface Reading {
  readonly numbers: Numbers;
  /** Whether clients are accepted. */
  readonly isServing: boolean;
}

/** Limits: a few scrapers, each with one short request at a time. */
const MOST_CONNECTIONS = 32;
const HEADER_BYTES = 8192;
const HEADER_LINES = 64;
const REQUEST_MS = 5000;
const IDLE_MS = 10_000;
const REQUESTS_OF_A_CONNECTION = 1000;

const PATHS = ['/metrics', '/healthz', '/readyz'] as const;
const PLAIN = 'text/plain; charset=utf-8';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/**
 * Makes the server; the caller listens.
 * @param read What there is to say; rejects where the server does not answer.
 */
export function metricsServer(read: () => Promise<Reading>): Server {
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES,
      headersTimeout: REQUEST_MS,
      requestTimeout: REQUEST_MS,
      connectionsCheckingInterval: 1000,
      keepAliveTimeout: IDLE_MS,
    },
    (request, response) => void respond(request, response, read),
  );
  server.maxConnections = MOST_CONNECTIONS;
  server.maxHeadersCount = HEADER_LINES;
  server.maxRequestsPerSocket = REQUESTS_OF_A_CONNECTION;
  // Also of who does not take its answer.
  server.setTimeout(IDLE_MS);
  return server;
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  read: () => Promise<Reading>,
): Promise<void> {
  const { status, type, body } = await answer(request, read);
  response.on('error', () => undefined);
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(status === 405 ? { Allow: 'GET, HEAD' } : {}),
    // What comes behind the head is not read.
    ...(hasBody(request) ? { Connection: 'close' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function answer(request: IncomingMessage, read: () => Promise<Reading>): Promise<Answer> {
  const [target = ''] = (request.url ?? '').split('?', 1);
  const path = PATHS.find((one) => one === target);
  if (path === undefined) return { status: 404, type: PLAIN, body: 'not found\n' };
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return { status: 405, type: PLAIN, body: 'method not allowed\n' };
  try {
    return await answerTo(path, request.headers.accept, await read());
  } catch {
    // Whoever asks is told no more than that.
    return { status: 503, type: PLAIN, body: 'the server does not answer\n' };
  }
}

async function answerTo(path: (typeof PATHS)[number], accept: string | undefined, reading: Reading): Promise<Answer> {
  if (path === '/healthz') return { status: 200, type: PLAIN, body: 'ok\n' };
  if (path === '/readyz')
    return reading.isServing
      ? { status: 200, type: PLAIN, body: 'ready\n' }
      : { status: 503, type: PLAIN, body: 'not ready\n' };
  const type = acceptedFormat(accept);
  return { status: 200, type, body: await exposition(reading.numbers, type) };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}
