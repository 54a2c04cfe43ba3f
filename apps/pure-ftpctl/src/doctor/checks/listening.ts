import { createServer } from 'node:net';

import { listenAddresses, StartError } from '@pure-ftpd/options';

import { type Check, type Finding, problem, well } from '../finding.ts';
import { listeners, ownerOf } from '../tcp-sockets.ts';

type Address = Awaited<ReturnType<typeof listenAddresses>>[number];

/** Whether the server can listen where it shall. */
export const listening: Check = {
  name: 'ports',
  async find({ configuration, file }) {
    try {
      return await Promise.all((await listenAddresses(configuration)).map(tried));
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      return [problem(`${file}: ${error.message}`, 'name an address of this machine with Bind')];
    }
  },
};

function tried(address: Address): Promise<Finding> {
  const where = `${address.host} port ${address.port}`;
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(refused(where, address.port, error)));
    probe.listen({ ...address, exclusive: true }, () => probe.close(() => resolve(well(`${where} is free`))));
  });
}

function refused(where: string, port: number, { code, message }: NodeJS.ErrnoException): Finding {
  if (code === 'EACCES')
    return problem(`${where} is for root`, 'start the server as root, or name a port above 1023 with Bind');
  if (code === 'EADDRNOTAVAIL')
    return problem(`${where} is no address of this machine`, 'name one of this machine with Bind: ip address');
  if (code !== 'EADDRINUSE') return problem(`${where}: ${message}`, 'name another address or port with Bind');
  const socket = listeners().find((listener) => listener.port === port);
  const owner = socket === undefined ? undefined : ownerOf(socket);
  if (owner?.name.startsWith('pure-ftpd')) return well(`${where} is served by ${owner.name} (process ${owner.pid})`);
  const who = owner === undefined ? 'another program' : `${owner.name} (process ${owner.pid})`;
  const remedy = owner === undefined ? 'stop the other program' : `stop ${owner.name} (kill ${owner.pid})`;
  return problem(`${where} is in use by ${who}`, `${remedy}, or name another port with Bind`);
}
