import { describeWith } from '@pure-ftpd/peers/vitest';
import { encodeName } from '@pure-ftpd/protocol';
import { RawClient } from '@pure-ftpd/testing';
import { describe, expect, test } from 'vitest';

import { startCServer } from '../support/c-server.ts';
import { Daemon, LOGIN, PASSWORD } from '../support/daemon.ts';
import { writeServed } from '../support/served-file.ts';
import { treeDigest } from '../support/tree.ts';

/** Names a client may send and no file gets: what becomes of each, or nothing when it is refused. */
const CHANGED: readonly (readonly [sent: string, stored: string | undefined])[] = [
  [' leading blank', '_leading blank'],
  ['trailing blank ', 'trailing blank_'],
  ['  two each  ', '__two each__'],
  ['tab\there', 'tab_here'],
  ['esc\u001B[31mape', 'esc_[31mape'],
  ['nul\0byte', 'nul_byte'],
  ['carriage\rreturn', 'carriage_return'],
  ['delete\u007F', 'delete_'],
  ['back\\slash', undefined],
  ['..\\up', undefined],
  ['C:\\windows', undefined],
];

/** What is stored when a file of a name is uploaded. */
async function storedAs(server: { readonly host: string; readonly port: number; readonly home: string }, name: string) {
  const client = await RawClient.login(server.port, LOGIN, PASSWORD, server.host);
  const before = new Set(treeDigest(server.home).keys());
  await client.transmit(`STOR ${encodeName(name).toString('latin1')}`, 'content');
  client.close();
  return [...treeDigest(server.home).keys()].find((path) => !before.has(path));
}

describe('names the server changes or refuses', () => {
  test.for(CHANGED)('%j is stored as %j', async ([sent, stored]) => {
    await using daemon = await Daemon.start();
    expect(await storedAs(daemon, sent)).toBe(stored);
  });

  describeWith(['root', 'pure-ftpd'], 'the C server', () => {
    test.for(CHANGED)('stores %j as %j too', async ([sent, stored]) => {
      await using cServer = await startCServer();
      expect(await storedAs(cServer, sent)).toBe(stored);
    });
  });
});

test('files whose names have blanks at their ends can be fetched, renamed and deleted', async () => {
  await using daemon = await Daemon.start();
  const client = await daemon.login();
  for (const name of [' leading', 'trailing ', '  both  ']) {
    writeServed(daemon, name, `content of ${name}`);
    expect((await client.receive(`RETR ${name}`)).data.toString()).toBe(`content of ${name}`);
    expect((await client.command(`RNFR ${name}`)).code).toBe(350);
    expect((await client.command('RNTO plain')).code).toBe(250);
    writeServed(daemon, name, 'again');
    expect((await client.command(`DELE ${name}`)).code).toBe(250);
    expect((await client.command('DELE plain')).code).toBe(250);
  }
  expect(treeDigest(daemon.home).size).toBe(0);
  client.close();
});
