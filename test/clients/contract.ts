import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { decodeName, encodeName } from '@pure-ftpd/protocol';
import { soak } from '@pure-ftpd/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { Daemon, servedAs } from '../support/daemon.ts';
import { AWKWARD_NAMES } from '../support/names.ts';
import { writeServed } from '../support/served-file.ts';
import type { Finished } from '../support/program.ts';
import { bytePath, makeTree, treeDigest, writeFileNamed } from '../support/tree.ts';
import { type Client, type DataMode, type Step, type StepName, type Visit, visit } from './client.ts';
import { describeUnnameable, describeUnnestable, describeUnreachable } from './limits.ts';

const FILES_PER_FOLDER = soak(8, 40);
const BIG_FILE = soak(64, 300) * 1024 * 1024;

/** Stands for a test of what a client has no command for: nothing is skipped, since nothing is missing. */
export function absent(_name: string, _body: () => Promise<void>): void {
  return;
}

/** What every client must be able to do with the daemon, each in its own words. */
export function describeClient(client: Client): void {
  describeWith(client.needs, client.name, () => {
    const can = (...names: readonly StepName[]): boolean => names.every((name) => !client.cannot.includes(name));
    let daemon: Daemon;
    let local: TempFolder;
    let localOfRefused: TempFolder;
    /** Begins before all others: whoever has a wrong password is kept waiting for seconds. */
    let refused: Promise<Finished>;

    beforeAll(async () => {
      daemon = await Daemon.start();
      localOfRefused = tempFolder();
      const steps: Step[] = [{ do: 'download', remote: 'file', local: localOfRefused.file('file') }];
      refused = client.run({ ...visit(daemon, localOfRefused.path), password: 'wrong' }, steps);
    });
    afterAll(async () => {
      await refused;
      localOfRefused.remove();
      await daemon[Symbol.asyncDispose]();
    });
    beforeEach(() => {
      local = tempFolder();
    });
    afterEach(() => {
      local.remove();
      emptyHome(daemon);
    });

    const run = async (steps: readonly Step[], mode?: DataMode): Promise<Finished> =>
      expectDone(await client.run(visit(daemon, local.path, mode), steps));

    describe.for(client.modes)('%s mode', (mode) => {
      test('transfers a file both ways, over IPv4', () => expectBothWays(client, daemon, mode));

      const overIpv6 = client.canReach?.('::1', mode) ?? true;
      (overIpv6 ? test : absent)('transfers a file both ways, over IPv6', async () => {
        await using listening = await Daemon.start({ host: '::1' });
        await expectBothWays(client, listening, mode);
      });
    });
    describeUnreachable(client);
    describeUnnameable(client);
    describeUnnestable(client);

    (can('resumeUpload') ? test : absent)('resumes an upload', async () => {
      const whole = makeContent(local.file('whole'), 3_000_000);
      writeServed(daemon, 'half', whole.subarray(0, 1_500_000));
      await run([{ do: 'resumeUpload', local: local.file('whole'), remote: 'half' }]);
      expect(readFileSync(join(daemon.home, 'half')).equals(whole)).toBe(true);
    });

    (can('resumeDownload') ? test : absent)('resumes a download', async () => {
      const whole = makeContent(local.file('whole'), 3_000_000);
      writeServed(daemon, 'whole', whole);
      truncateSync(local.file('whole'), 1_500_000);
      await run([{ do: 'resumeDownload', remote: 'whole', local: local.file('whole') }]);
      expect(readFileSync(local.file('whole')).equals(whole)).toBe(true);
    });

    (can('makeFolder', 'removeFolder') ? test : absent)('makes and removes a folder', async () => {
      await run([{ do: 'makeFolder', remote: 'made' }]);
      expect(statSync(join(daemon.home, 'made')).isDirectory()).toBe(true);
      await run([{ do: 'removeFolder', remote: 'made' }]);
      expect(existsSync(join(daemon.home, 'made'))).toBe(false);
    });

    (can('rename') ? test : absent)('renames', async () => {
      writeServed(daemon, 'before', 'content');
      await run([{ do: 'rename', remote: 'before', to: 'after' }]);
      expect([...treeDigest(daemon.home).keys()]).toEqual(['after']);
    });

    (can('changeMode') ? test : absent)('changes the mode of a file', async () => {
      writeServed(daemon, 'file', 'content');
      await run([{ do: 'changeMode', remote: 'file', mode: '640' }]);
      expect(statSync(join(daemon.home, 'file')).mode & 0o777).toBe(0o640);
    });

    const sendable = AWKWARD_NAMES.filter((name) => client.canName(name));

    test(`uploads, lists, renames, downloads and deletes files of ${sendable.length} awkward names`, async () => {
      for (const name of sendable) {
        writeFileNamed(local.path, name, `content of ${name}`);
        if (!can('upload')) writeServed(daemon, name, `content of ${name}`);
      }
      const expected = ofNames(treeDigest(local.path), sendable);
      if (can('upload')) {
        await run(sendable.map((name) => ({ do: 'upload', local: `${local.path}/${name}`, remote: name })));
        expect(ofNames(treeDigest(daemon.home), sendable)).toEqual(expected);
      }
      if (can('list')) {
        const { stdout } = await run([{ do: 'list', remote: '.' }]);
        const lines = stdout.split(/\r?\n/).map((line) => decodeName(Buffer.from(line, 'latin1')));
        const shown = lines.map((line) => line.replace(/^\.\//, ''));
        expect(sendable.filter((name) => !shown.includes(name) && !name.startsWith('.'))).toEqual([]);
      }
      const served = can('rename') ? renamed : (name: string): string => name;
      if (can('rename')) await run(sendable.map((name) => ({ do: 'rename', remote: name, to: served(name) })));
      mkdirSync(local.file('down'));
      const down = (name: string): string => `${local.file('down')}/${name}`;
      await run(sendable.map((name) => ({ do: 'download', remote: served(name), local: down(name) })));
      expect(ofNames(treeDigest(local.file('down')), sendable)).toEqual(expected);
      if (can('delete')) {
        await run(sendable.map((name) => ({ do: 'delete', remote: served(name) })));
        expect([...treeDigest(daemon.home).keys()]).toEqual([]);
      }
    });

    const makesTrees = can('upload') && (client.uploadTree !== undefined || can('makeFolder'));
    const nestable = sendable.filter((name) => client.canNest?.(name) ?? true);
    const folders = client.treeFolders;
    test(`a tree of ${folders * FILES_PER_FOLDER} files in ${folders} folders${client.bigFile ? ` and one of ${BIG_FILE / 2 ** 20} MiB` : ''} comes back the same`, async () => {
      const tree = local.file('tree');
      makeTree(tree, {
        folders,
        filesPerFolder: FILES_PER_FOLDER,
        names: nestable,
        ...(client.bigFile ? { bigFile: BIG_FILE } : {}),
      });
      const expected = treeDigest(tree);
      expect(expected.size).toBe(folders * FILES_PER_FOLDER + folders + (client.bigFile ? 1 : 0));
      if (makesTrees) await uploadTree(client, visit(daemon, local.path), local, expected);
      else makeServedTree(daemon, client, nestable);
      expectSameTree(treeDigest(join(daemon.home, 'tree')), expected);
      rmSync(tree, { recursive: true });
      await downloadTree(client, visit(daemon, local.path), local, expected);
      expectSameTree(treeDigest(local.file('copy')), expected);
    });

    describe('errors are shown:', () => {
      test('a wrong password', async () => {
        const { output, status } = await refused;
        expect(output).toMatch(client.shows.wrongPassword.output);
        expect(status).toBe(client.shows.wrongPassword.status);
      });

      test('a file that is not there', async () => {
        const steps: Step[] = [{ do: 'download', remote: 'missing', local: local.file('file') }];
        const { output, status } = await client.run(visit(daemon, local.path), steps);
        expect(output).toMatch(client.shows.missingFile.output);
        expect(status).toBe(client.shows.missingFile.status);
      });

      test('a folder that is closed to the user', async () => {
        const closed = join(daemon.home, 'closed');
        mkdirSync(closed);
        writeFileSync(join(closed, 'file'), 'secret');
        chmodSync(closed, 0o000);
        chownSync(closed, servedAs().uid, servedAs().gid);
        writeFileSync(local.file('mine'), 'mine');
        const step: Step = can('upload')
          ? { do: 'upload', local: local.file('mine'), remote: 'closed/new' }
          : { do: 'download', remote: 'closed/file', local: local.file('file') };
        const { output, status } = await client.run(visit(daemon, local.path), [step]);
        expect(output).toMatch(client.shows.noPermission.output);
        expect(status).toBe(client.shows.noPermission.status);
        chmodSync(closed, 0o700);
      });
    });
  });
}

/** Uploads where the client can, and downloads, in one mode over the server's kind of address. */
async function expectBothWays(client: Client, server: Daemon, mode: DataMode): Promise<void> {
  using local = tempFolder();
  const content = makeContent(local.file('up'), 1_000_003);
  const at = visit(server, local.path, mode);
  if (client.cannot.includes('upload')) writeServed(server, 'file', content);
  else expectDone(await client.run(at, [{ do: 'upload', local: local.file('up'), remote: 'file' }]));
  expect(readFileSync(join(server.home, 'file')).equals(content)).toBe(true);
  expectDone(await client.run(at, [{ do: 'download', remote: 'file', local: local.file('down') }]));
  expect(readFileSync(local.file('down')).equals(content)).toBe(true);
}

/** Uploads the folder `tree`, which is as `tree` says. */
export async function uploadTree(
  client: Client,
  at: Visit,
  local: TempFolder,
  tree: Map<string, string>,
): Promise<void> {
  if (client.uploadTree !== undefined) {
    expectDone(await client.uploadTree(at, local.file('tree'), 'tree'));
    return;
  }
  const folders = [...tree.keys()].filter((path) => path.endsWith('/')).map((path) => `tree/${path.slice(0, -1)}`);
  const uploads = [...tree.keys()]
    .filter((path) => !path.endsWith('/'))
    .map((path): Step => ({ do: 'upload', local: `${local.file('tree')}/${path}`, remote: `tree/${path}` }));
  expectDone(await client.run(at, [makeFolder('tree'), ...folders.map(makeFolder)]));
  expectDone(await client.run(at, uploads));
}

/** Downloads the folder `tree`, which is as `tree` says, to `copy`. */
export async function downloadTree(
  client: Client,
  at: Visit,
  local: TempFolder,
  tree: Map<string, string>,
): Promise<void> {
  if (client.downloadTree !== undefined) {
    expectDone(await client.downloadTree(at, 'tree', local.file('copy')));
    return;
  }
  mkdirSync(local.file('copy'));
  for (const path of tree.keys()) if (path.endsWith('/')) mkdirSync(bytePath(local.file('copy'), path.slice(0, -1)));
  const downloads = [...tree.keys()]
    .filter((path) => !path.endsWith('/'))
    .map((path): Step => ({ do: 'download', remote: `tree/${path}`, local: `${local.file('copy')}/${path}` }));
  expectDone(await client.run(at, downloads));
}

function makeFolder(remote: string): Step {
  return { do: 'makeFolder', remote };
}

function makeServedTree(server: Daemon, client: Client, names: readonly string[]): void {
  const bigFile = client.bigFile ? { bigFile: BIG_FILE } : {};
  makeTree(join(server.home, 'tree'), {
    folders: client.treeFolders,
    filesPerFolder: FILES_PER_FOLDER,
    names,
    ...bigFile,
  });
}

/** Throws what a client showed, when it did not end well. */
export function expectDone(finished: Finished): Finished {
  if (finished.status !== 0) throw new Error(`status ${finished.status}: ${finished.output.slice(-2000)}`);
  return finished;
}

/** As `toEqual`, but says only what differs. */
function expectSameTree(actual: Map<string, string>, expected: Map<string, string>): void {
  const differing = [...expected].filter(([path, digest]) => actual.get(path) !== digest).map(([path]) => path);
  const added = [...actual.keys()].filter((path) => !expected.has(path));
  expect({ differing, added }).toEqual({ differing: [], added: [] });
}

function ofNames(tree: Map<string, string>, names: readonly string[]): Record<string, string | undefined> {
  return Object.fromEntries(names.map((name) => [name, tree.get(name)]));
}

/** Another name of the same kind, of no more than 255 bytes. */
function renamed(name: string): string {
  return `${name.slice(0, 200)}~2`;
}

/** A file no two pieces of which are alike. */
export function makeContent(path: string, size: number): Buffer {
  const content = Buffer.alloc(size);
  for (let at = 0; at + 4 <= size; at += 4) content.writeUInt32LE(Math.imul(at, 2_654_435_761) >>> 0, at);
  writeFileSync(path, content);
  return content;
}

function emptyHome(server: Daemon): void {
  for (const path of treeDigest(server.home).keys()) {
    if (path.indexOf('/') === -1 || path.indexOf('/') === path.length - 1)
      rmSync(encodeName(`${server.home}/${path.replace(/\/$/, '')}`), { recursive: true, force: true });
  }
}
