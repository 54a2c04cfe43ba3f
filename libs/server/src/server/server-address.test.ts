import { expect, test } from 'vitest';

import { FTPHandler } from '../face/ftp-handler.ts';
import { FTPServer } from './ftp-server.ts';
import { MultiprocessFTPServer } from '../multiprocess/multiprocess-ftp-server.ts';
import { addressList } from './server-address.ts';

test('an address is taken in each form people write it in', () => {
  expect(addressList({ host: '127.0.0.1', port: 2121 })).toEqual([{ host: '127.0.0.1', port: 2121 }]);
  expect(addressList(['127.0.0.1', 2121])).toEqual([{ host: '127.0.0.1', port: 2121 }]);
  expect(addressList(['', 2121])).toEqual([{ port: 2121 }]);
  expect(addressList(2121)).toEqual([{ port: 2121 }]);
  expect(addressList('ftp://127.0.0.1:2121')).toEqual([{ host: '127.0.0.1', port: 2121 }]);
  expect(addressList('ftp://localhost/')).toEqual([{ host: 'localhost', port: 21 }]);
  expect(addressList('ftp://[::1]:0')).toEqual([{ host: '::1', port: 0 }]);
});

test('several addresses may each have a form of their own', () => {
  expect(addressList([2121, ['::1', 2122], 'ftp://127.0.0.1:2123', { port: 990, implicitTls: true }])).toEqual([
    { port: 2121 },
    { host: '::1', port: 2122 },
    { host: '127.0.0.1', port: 2123 },
    { port: 990, implicitTls: true },
  ]);
  expect(addressList([2121, 2122])).toEqual([{ port: 2121 }, { port: 2122 }]);
  expect(addressList([])).toEqual([]);
});

/** Each of these listened on all addresses, at a random port. */
const MISTAKES: readonly unknown[] = [
  '127.0.0.1',
  '127.0.0.1:2121',
  'http://127.0.0.1:2121',
  'ftp://user@127.0.0.1:2121',
  'ftp://127.0.0.1:2121/srv',
  'ftp://',
  {},
  { host: '127.0.0.1' },
  { host: '', port: 2121 },
  { host: 1, port: 2121 },
  { port: '2121' },
  ['127.0.0.1', '2121'],
  ['127.0.0.1'],
  ['127.0.0.1', 2121, 511],
  -1,
  65_536,
  21.5,
  Number.NaN,
  undefined,
  null,
  true,
  () => 2121,
];

test.each(MISTAKES)('what is no address is refused, with the right form: %j', (mistake) => {
  for (const Server of [FTPServer, MultiprocessFTPServer]) {
    const make = (): unknown => Reflect.construct(Server, [mistake, FTPHandler]);
    expect(make).toThrow(TypeError);
    expect(make).toThrow("{ host: '127.0.0.1', port: 2121 }");
  }
});

test('a server listens where it was told, in whatever form', async () => {
  await using server = new FTPServer(['127.0.0.1', 0], class extends FTPHandler {});
  await server.listen();
  expect(server.addresses).toEqual([expect.objectContaining({ address: '127.0.0.1' })]);
});
