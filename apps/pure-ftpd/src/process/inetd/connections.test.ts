import { createServer, connect } from 'node:net';
import { once } from 'node:events';

import { expect, test } from 'vitest';

import { connectionsIn, connectionsTo } from './connections.ts';

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';

test('reads established connections to a port, of both families and of either order of bytes', () => {
  const four = [
    '   0: 0100007F:0015 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1',
    '   1: 0100007F:0015 0201A8C0:C350 01 00000000:00000000 00:00000000 00000000     0        0 2',
    '   2: 0100007F:0016 0201A8C0:C351 01 00000000:00000000 00:00000000 00000000     0        0 3',
    '   3: 0100007F:0015 0201A8C0:C352 06 00000000:00000000 00:00000000 00000000     0        0 4',
  ].join('\n');
  expect(connectionsIn(HEAD + four, 21, true)).toEqual([{ address: '192.168.1.2', port: 50_000 }]);
  const local = '00000000000000000000000000000000:0015';
  const six = [
    `   0: ${local} B80D0120000000000000000001000000:C350 01 0`,
    `   1: ${local} 0000000000000000FFFF00000201A8C0:C351 01 0`,
  ].join('\n');
  expect(connectionsIn(HEAD + six, 21, true)).toEqual([
    { address: '2001:db8::1', port: 50_000 },
    { address: '192.168.1.2', port: 50_001 },
  ]);
  expect(connectionsIn(`${HEAD}   0: 7F000001:0015 C0A80102:C350 01 0`, 21, false)).toEqual([
    { address: '192.168.1.2', port: 50_000 },
  ]);
  expect(connectionsIn(`${HEAD}garbage\n 1: 0:0015 xyz:0001 01 0\n`, 21, true)).toEqual([]);
});

test.runIf(process.platform === 'linux')('finds the connections of this machine', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const client = connect(port, '127.0.0.1');
  const accepted = once(server, 'connection');
  await once(client, 'connect');
  await accepted;
  expect(connectionsTo(port)).toEqual([{ address: '127.0.0.1', port: client.localPort }]);
  client.destroy();
  server.close();
});
