// The counter of an account is what a count finds, and no more than the limit is ever there, whatever its sessions do at once.
import { setImmediate as turn } from 'node:timers/promises';

import { soak } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

import type { FileSystem } from '../contract/file-system.ts';
import type { Awaitable, Upload, UploadOptions } from '../contract/virtual-file.ts';
import { StorageLimitExceeded } from '../errors.ts';
import { FileSystemLayer } from '../filesystem/layer.ts';
import { MemoryFilesystem } from '../filesystem/memory-filesystem.ts';
import { type MemoryDirectory, MemoryStore } from '../filesystem/memory-store.ts';
import { RemoteQuotaStore } from '../testing/remote-quota-store.ts';
import { MemoryQuotaStore } from './memory-quota-store.ts';
import { quota, type QuotaFileSystem } from './quota.ts';
import type { QuotaAmount } from './quota-store.ts';

/** Its operations take turns of the event loop, as those of another machine do. */
class SlowFiles extends FileSystemLayer {
  override async lstat(path: string): Promise<Awaited<ReturnType<FileSystem['lstat']>>> {
    await pause();
    return this.inner.lstat(path);
  }
  override async mkdir(path: string, mode: number): Promise<void> {
    await pause();
    await this.inner.mkdir(path, mode);
    await pause();
  }
  override async remove(path: string): Promise<void> {
    await pause();
    await this.inner.remove(path);
    await pause();
  }
  override async rename(from: string, to: string): Promise<void> {
    await pause();
    await this.inner.rename(from, to);
    await pause();
  }
  override async createUpload(path: string, options: UploadOptions): Promise<Upload> {
    await pause();
    const upload = await this.inner.createUpload(path, options);
    return { ...upload, commit: () => paused(() => upload.commit()), discard: () => paused(() => upload.discard()) };
  }
}

async function pause(): Promise<void> {
  for (let turns = Math.floor(Math.random() * 3); turns > 0; turns -= 1) await turn();
}

async function paused<T>(work: () => Awaitable<T>): Promise<T> {
  await pause();
  const answer = await work();
  await pause();
  return answer;
}

/** What is there at this moment. */
function present(directory: MemoryDirectory): QuotaAmount {
  let { files, bytes } = { files: 0, bytes: 0 };
  for (const node of directory.entries.values()) {
    const below = node.type === 'dir' ? present(node) : { files: 0, bytes: node.size };
    files += 1 + below.files;
    bytes += below.bytes;
  }
  return { files, bytes };
}

const NAMES = ['/a', '/b', '/c', '/d', '/d/a', '/d/b', '/e/a', '/e'];

function any<T>(values: readonly T[]): T {
  const [value] = values.slice(Math.floor(Math.random() * values.length));
  if (value === undefined) throw new RangeError('nothing to choose from');
  return value;
}

async function doSomething(fs: QuotaFileSystem): Promise<void> {
  const [path, other] = [any(NAMES), any(NAMES)];
  const work = any([
    () => fs.mkdir(path, 0o755),
    () => fs.rmdir(path),
    () => fs.remove(path),
    () => fs.rename(path, other),
    () => upload(fs, path),
    () => upload(fs, path),
    () => upload(fs, path),
  ]);
  try {
    await work();
  } catch (error) {
    if (error instanceof StorageLimitExceeded || (error instanceof Error && 'syscall' in error)) return;
    throw error;
  }
}

async function upload(fs: QuotaFileSystem, path: string): Promise<void> {
  const how = any([{}, {}, { append: true }, { offset: 40 }, { exclusive: true }, { numbered: Math.random() < 0.1 }]);
  const begun = await fs.createUpload(path, { mode: 0o644, atomic: Math.random() < 0.5, ...how });
  try {
    for (let at = begun.offset; at < begun.offset + 200 * Math.random(); at += 50) {
      await pause();
      await begun.file.write([Buffer.alloc(50)], at);
    }
  } catch (error) {
    await begun.discard();
    throw error;
  }
  await (Math.random() < 0.3 ? begun.discard() : begun.commit());
}

test.each([
  ['in this process', () => new MemoryQuotaStore()],
  ['elsewhere', () => new RemoteQuotaStore(64)],
])('keep a counter %s exact, whatever they do at once', async (_where, makeStore) => {
  for (let round = 0; round < soak(20, 1000); round += 1) {
    const store = makeStore();
    const memory = new MemoryStore();
    const limits = { files: 12, bytes: 1500 };
    const sessions = Array.from({ length: 8 }, () =>
      quota(new SlowFiles(new MemoryFilesystem('/', memory)), { store, account: 'user', limits }),
    );
    await Promise.all(
      sessions.map(async (fs) => {
        for (let commands = 0; commands < 25; commands += 1) {
          await doSomething(fs);
          const { files, bytes } = present(memory.root);
          expect(files).toBeLessThanOrEqual(limits.files);
          expect(bytes).toBeLessThanOrEqual(limits.bytes);
        }
      }),
    );
    expect(await sessions[0]?.usage(), `round ${round}`).toEqual(present(memory.root));
    for (const fs of sessions) await fs.close();
  }
});
