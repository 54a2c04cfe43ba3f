// Clients of other projects with names in other character sets, on disks of UTF-8 and of those [charsets §4, tests 3, 4].
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

import { tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { decodeName } from '@pure-ftpd/protocol';
import { NAMES_IN_CHARSETS } from '@pure-ftpd/testing';
import { describe, expect, test } from 'vitest';

import { Daemon } from '../support/daemon.ts';
import { writeServed } from '../support/served-file.ts';
import { type Client, visit } from './client.ts';
import { expectDone } from './contract.ts';
import { curlClient } from './curl.ts';
import { ftplibClient } from './ftplib.ts';
import { lftpClient } from './lftp.ts';
import { ncftpClient } from './ncftp.ts';

/** Clients, and whether they convert names themselves, to a character set they are told. */
const CLIENTS: readonly (readonly [client: Client, isTold: boolean])[] = [
  [lftpClient, true],
  [ftplibClient, true],
  [curlClient, false],
  [ncftpClient, false],
];

/** The names in the home, byte for byte. */
function onDisk(home: string): string[] {
  return readdirSync(Buffer.from(home), { encoding: 'buffer' })
    .map((name) => name.toString('latin1'))
    .toSorted();
}

/** Stores, lists, fetches, renames and deletes a file. @param stored What its name is on the disk, byte for byte. */
async function expectEverything(
  client: Client,
  daemon: Daemon,
  name: string,
  stored: string,
  charset?: string,
): Promise<void> {
  using local = tempFolder();
  const at = { ...visit(daemon, local.path), ...(charset === undefined ? {} : { charset }) };
  writeFileSync(local.file('mine'), 'content');
  const down = local.file('fetched');
  const { stdout } = expectDone(
    await client.run(at, [
      { do: 'upload', local: local.file('mine'), remote: name },
      { do: 'list', remote: '.' },
    ]),
  );
  expect(decodeName(Buffer.from(stdout, 'latin1'))).toContain(name);
  expect(onDisk(daemon.home)).toEqual([stored]);
  expectDone(await client.run(at, [{ do: 'download', remote: name, local: down }]));
  expect(readFileSync(down, 'latin1')).toBe('content');
  expectDone(await client.run(at, [{ do: 'rename', remote: name, to: `d${name}` }]));
  expect(onDisk(daemon.home)).toEqual([`d${stored}`]);
  expectDone(await client.run(at, [{ do: 'delete', remote: `d${name}` }]));
  expect(onDisk(daemon.home)).toEqual([]);
}

describeWith(['lftp', 'python3', 'curl', 'ncftp'], 'clients with names in other character sets', () => {
  describe.each(NAMES_IN_CHARSETS)('%s', (charset, name, bytes) => {
    const utf8 = Buffer.from(name).toString('latin1');

    test('charsets §4 test 3: on a disk in it, clients that speak UTF-8', async () => {
      await using daemon = await Daemon.start({ args: ['--fscharset', charset] });
      for (const [client] of CLIENTS) await expectEverything(client, daemon, name, bytes);
    });

    test('charsets §4 test 4: spoken by clients, on a disk of UTF-8', async () => {
      await using daemon = await Daemon.start({ args: ['--clientcharset', charset] });
      for (const [client, isTold] of CLIENTS) {
        const spoken = isTold ? name : decodeName(Buffer.from(bytes, 'latin1'));
        await expectEverything(client, daemon, spoken, utf8, isTold ? charset : undefined);
      }
      writeServed(daemon, '\u{1F600}.txt', 'smile');
      using local = tempFolder();
      const at = { ...visit(daemon, local.path), charset };
      const escaped = '{U+1F600}.txt';
      const done = expectDone(
        await ftplibClient.run(at, [
          { do: 'list', remote: '.' },
          { do: 'download', remote: escaped, local: local.file('smile') },
          { do: 'delete', remote: escaped },
        ]),
      );
      expect(done.stdout).toContain(escaped);
      expect(readFileSync(local.file('smile'), 'latin1')).toBe('smile');
      expect(onDisk(daemon.home)).toEqual([]);
    });
  });
});
