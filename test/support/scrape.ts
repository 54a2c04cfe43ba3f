// What a server with --metrics says of itself, as a scraper reads it.
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

import { untilTrue } from '@pure-ftpd/testing';

/** Where metrics are served: a port of 127.0.0.1, or a Unix socket. */
export type MetricsPlace = number | string;

export interface Scraped {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Asks for a path. @throws when nobody answers. */
export async function scrape(
  place: MetricsPlace,
  path = '/metrics',
  { method = 'GET', headers = {} }: { method?: string; headers?: Readonly<Record<string, string>> } = {},
): Promise<Scraped> {
  const where = typeof place === 'number' ? { host: '127.0.0.1', port: place } : { socketPath: place };
  const asked = request({ ...where, path, method, headers, agent: false });
  asked.end();
  const [response]: IncomingMessage[] = await once(asked, 'response');
  if (response === undefined) throw new Error('no response');
  return {
    status: response.statusCode ?? 0,
    type: response.headers['content-type'] ?? '',
    body: await text(response),
  };
}

/** The samples of a text, by their names with labels, as they are written there. */
export async function samples(place: MetricsPlace): Promise<ReadonlyMap<string, number>> {
  const { status, body } = await scrape(place);
  if (status !== 200) throw new Error(`${status}: ${body}`);
  const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const blank = line.lastIndexOf(' ');
      return [line.slice(0, blank), Number(line.slice(blank + 1))];
    }),
  );
}

/** The process that serves them is not waited for by the server. */
export async function untilAnswering(place: MetricsPlace): Promise<void> {
  await untilTrue(
    'metrics are served',
    async () => (await scrape(place, '/readyz').catch(() => undefined))?.status === 200,
  );
}
