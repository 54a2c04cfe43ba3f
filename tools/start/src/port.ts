import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Endpoint } from './server-options.ts';
import { StartError } from './state.ts';

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EACCES: 'ports below 1024 need root',
  EADDRNOTAVAIL: 'no such address on this machine',
};

/** Throws a StartError that says why when the server could not listen there. */
export async function ensureFree({ host, port }: Endpoint): Promise<void> {
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const reason = REASONS[code] ?? (error instanceof Error ? error.message : String(error));
    throw new StartError(`cannot listen on ${host} port ${port}: ${reason}`, { cause: error });
  }
  server.close();
  await once(server, 'close');
}
