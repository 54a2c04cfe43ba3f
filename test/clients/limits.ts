import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { expect, test } from 'vitest';

import { startCServer } from '../support/c-server.ts';
import { Daemon } from '../support/daemon.ts';
import { AWKWARD_NAMES } from '../support/names.ts';
import { writeServed } from '../support/served-file.ts';
import { makeTree, treeDigest } from '../support/tree.ts';
import { type Client, type Step, visit } from './client.ts';

// What a client cannot do itself, each with the proof: with the C server it fails as well. Should a client learn it, its
// test fails, and our tests ask for it from then on.

const C_SERVER = ['root', 'pure-ftpd'] as const;

/** The file `fetched`, if the client made one. */
function fetched(local: TempFolder): string | undefined {
  return existsSync(local.file('fetched')) ? readFileSync(local.file('fetched'), 'latin1') : undefined;
}

/** Modes in which it does not come together with a server on IPv6. */
export function describeUnreachable(client: Client): void {
  const modes = client.modes.filter((mode) => client.canReach?.('::1', mode) === false);
  if (modes.length === 0) return;
  describeWith(C_SERVER, 'what it cannot reach over IPv6', () => {
    test.for(modes)('in %s mode it gets no file from the C server either', async (mode) => {
      using local = tempFolder();
      await using cServer = await startCServer('::1');
      writeServed(cServer, 'file', 'served');
      const steps: Step[] = [{ do: 'download', remote: 'file', local: local.file('fetched') }];
      await client.run(visit(cServer, local.path, mode), steps);
      expect(fetched(local)).not.toBe('served');
    });
  });
}

/** Names it does not get to the server as they are. */
export function describeUnnameable(client: Client): void {
  const names = AWKWARD_NAMES.filter((name) => !client.canName(name));
  if (names.length === 0) return;
  describeWith(C_SERVER, 'what it cannot name', () => {
    test.for(names)('%j: it does not reach such a file on the C server either', async (name) => {
      await using daemon = await Daemon.start();
      await using cServer = await startCServer();
      for (const server of [daemon, cServer]) {
        using local = tempFolder();
        writeServed(server, name, 'served');
        const steps: Step[] = [{ do: 'download', remote: name, local: local.file('fetched') }];
        await client.run(visit(server, local.path), steps);
        expect(fetched(local), server === daemon ? 'from the daemon' : 'from the C server').not.toBe('served');
      }
    });
  });
}

/** Names that go wrong in a folder it copies with all it holds. */
export function describeUnnestable(client: Client): void {
  const names = AWKWARD_NAMES.filter((name) => client.canName(name) && client.canNest?.(name) === false);
  if (names.length === 0) return;
  describeWith(C_SERVER, 'what it cannot copy within a folder', () => {
    test.for(names)('%j: it does not copy such a folder from the C server either', async (name) => {
      await using daemon = await Daemon.start();
      await using cServer = await startCServer();
      const shape = { folders: 20, filesPerFolder: 2, names: [name, 'other'] };
      for (const server of [daemon, cServer]) {
        using local = tempFolder();
        const at = visit(server, local.path);
        makeTree(local.file('tree'), shape);
        if (client.cannot.includes('upload')) makeTree(join(server.home, 'tree'), shape);
        else await client.uploadTree?.(at, local.file('tree'), 'tree');
        await client.downloadTree?.(at, 'tree', local.file('copy'));
        const expected = treeDigest(local.file('tree'));
        const copied = existsSync(local.file('copy')) ? treeDigest(local.file('copy')) : new Map<string, string>();
        expect(copied, server === daemon ? 'with the daemon' : 'with the C server').not.toEqual(expected);
      }
    });
  });
}
