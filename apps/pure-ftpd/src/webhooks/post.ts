import { request as httpRequest, type IncomingMessage, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/** For a whole request, in milliseconds. */
const LIMIT_MS = 30_000;
/** Bytes of an answer that are read so that its connection can be used again: nobody looks at them. */
const ANSWER_LIMIT = 16 * 1024;

/** Posts to one address. */
export interface Poster {
  /** @returns undefined when it was taken, else why not. */
  post(this: void, body: string, headers: Readonly<Record<string, string>>): Promise<string | undefined>;
}

/**
 * Posts over connections that are kept. Nothing is followed, and a certificate has to be right.
 * @param authorities Whose certificates are believed.
 */
export function poster(
  url: URL,
  authorities: readonly string[],
  connections: number,
  limitMs: number = LIMIT_MS,
): Poster {
  const isSecure = url.protocol === 'https:';
  const settings = { keepAlive: true, maxSockets: connections };
  const agent = isSecure
    ? new HttpsAgent({ ...settings, ca: [...authorities], rejectUnauthorized: true, minVersion: 'TLSv1.2' })
    : new HttpAgent(settings);
  return {
    async post(body, headers) {
      const { promise, resolve } = Promise.withResolvers<string | undefined>();
      const request = (isSecure ? httpsRequest : httpRequest)(url, {
        method: 'POST',
        agent,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'pure-ftpd',
          ...headers,
        },
      });
      const timer = setTimeout(() => {
        resolve('no answer in time');
        request.destroy();
      }, limitMs);
      request.once('response', (response) => {
        const { statusCode = 0 } = response;
        passOver(response, limitMs);
        resolve(statusCode >= 200 && statusCode < 300 ? undefined : `status ${statusCode}`);
      });
      request.on('error', (error) => resolve('code' in error ? String(error.code) : error.message));
      request.end(body);
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function passOver(response: IncomingMessage, limitMs: number): void {
  let bytes = 0;
  response.on('error', () => undefined);
  const timer = setTimeout(() => response.destroy(), limitMs);
  response.once('close', () => clearTimeout(timer));
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > ANSWER_LIMIT) response.destroy();
  });
}
