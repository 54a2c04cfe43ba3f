import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { ensureFree } from './port.ts';

test('a port in use, and an address of another machine, are refused in one line', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(ensureFree({ host: '127.0.0.1', port })).rejects.toThrow(
    `cannot listen on 127.0.0.1 port ${port}: another program listens there`,
  );
  server.close();
  await once(server, 'close');
  await expect(ensureFree({ host: '127.0.0.1', port })).resolves.toBeUndefined();
  await expect(ensureFree({ host: '192.0.2.1', port })).rejects.toThrow('no such address on this machine');
});
