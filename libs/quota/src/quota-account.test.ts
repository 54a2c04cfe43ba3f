import { mkdirSync, renameSync, rmdirSync, statSync, writeFileSync } from 'node:fs';

import { tryLockFile } from '@pure-ftpd/posix';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { QuotaAccount, QuotaExceededError, QuotaFile, recount } from './index.ts';
import { AccountFolder } from './testing/account-folder.ts';

const nothing = (): void => {};
const unwanted = (): never => expect.unreachable();
const fail = (): never => {
  throw new Error('no');
};
const exceeded = expect.any(QuotaExceededError);

describe('the quota of an account', () => {
  let folder: AccountFolder;
  let account: QuotaAccount;
  beforeEach(() => {
    folder = new AccountFolder();
    account = new QuotaAccount(folder.root, { files: 5n, bytes: 1_000_000n });
  });
  afterEach(() => folder[Symbol.dispose]());

  async function upload(name: string, bytes: number): Promise<void> {
    const [charge] = await account.beginUpload({ isNew: true }, nothing);
    await charge.take(bytes);
    await charge.commit(
      () => statSync(folder.file(name), { throwIfNoEntry: false })?.size,
      () => writeFileSync(folder.file(name), 'x'.repeat(bytes)),
    );
  }

  // The steps of golden quota/server-updates.txt; REST + STOR counts the file again in C, which is a defect.
  it('counts what a session does', async () => {
    expect(await account.usage()).toEqual({ files: 0n, bytes: 0n });
    expect(folder.recorded).toBe('');
    await upload('a.bin', 1000);
    expect(folder.recorded).toBe('1 1000\n');
    await upload('a.bin', 400);
    expect(folder.recorded).toBe('1 400\n');
    const [append] = await account.beginUpload({ isNew: false }, nothing);
    await append.take(600);
    await append.keep();
    expect(folder.recorded).toBe('1 1000\n');
    await account.charge({ files: 1 }, () => mkdirSync(folder.file('dir')));
    expect(folder.recorded).toBe('2 1000\n');
    await account.release(() => {
      rmdirSync(folder.file('dir'));
      return { files: 1 };
    });
    expect(folder.recorded).toBe('1 1000\n');
    await upload('b.bin', 5000);
    expect(folder.recorded).toBe('2 6000\n');
    await account.release(() => {
      const { size } = statSync(folder.file('b.bin'));
      renameSync(folder.file('a.bin'), folder.file('b.bin'));
      return { files: 1, bytes: size };
    });
    expect(folder.recorded).toBe('1 1000\n');
  });

  it('refuses another file at the limit, and lets a file be replaced', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await upload(name, 10);
    await expect(account.beginUpload({ isNew: true }, unwanted)).rejects.toEqual(exceeded);
    await expect(account.charge({ files: 1 }, unwanted)).rejects.toEqual(exceeded);
    const [charge] = await account.beginUpload({ isNew: false, replaces: 10 }, nothing);
    await charge.take(20);
    await charge.commit(() => 10, nothing);
    expect(folder.recorded).toBe('5 60\n');
  });

  it('refuses bytes before they are written, and has none of them when the upload is abandoned', async () => {
    const [charge] = await account.beginUpload({ isNew: true }, nothing);
    await charge.take(1_000_000);
    await expect(charge.take(1)).rejects.toEqual(exceeded);
    expect(charge.bytes).toBe(1_000_000n);
    const [other] = await account.beginUpload({ isNew: true }, nothing);
    await expect(other.take(1)).rejects.toEqual(exceeded);
    await other.keep();
    await charge.abandon(nothing);
    expect(folder.recorded).toBe('1 0\n');
    await expect(charge.keep()).rejects.toBeInstanceOf(TypeError);
  });

  it('charges ahead only what the upload holds, which is as long as what was charged, and in the end as what was written', async () => {
    const [exact] = await account.beginUpload({ isNew: true }, nothing);
    await exact.take(1000);
    expect(folder.recorded).toBe('1 1000\n');
    const lengths: bigint[] = [];
    const [held] = await account.beginUpload({ isNew: true }, nothing, () => (bytes) => lengths.push(bytes));
    await held.take(1000);
    expect(folder.recorded).toBe(`2 ${1000n + (lengths[0] ?? 0n)}\n`);
    expect(lengths[0]).toBeGreaterThan(100_000n);
    await held.commit(() => undefined, nothing);
    expect(lengths.at(-1)).toBe(1000n);
    expect(folder.recorded).toBe('2 2000\n');
  });

  it('gives back what a full disk has not taken, and what was cut off', async () => {
    await upload('a', 900_000);
    const [charge] = await account.beginUpload({ isNew: false, replaces: 400_000 }, nothing);
    await charge.take(300_000);
    await charge.cutOff();
    expect(folder.recorded).toBe('1 800000\n');
    await expect(charge.take(300_000)).rejects.toEqual(exceeded);
    await charge.take(200_000);
    await charge.keep(350_000);
    expect(folder.recorded).toBe('1 850000\n');
  });

  it('lets an upload use what it will free', async () => {
    await upload('a', 900_000);
    const [charge] = await account.beginUpload({ isNew: false, replaces: 900_000 }, nothing);
    await charge.take(1_000_000);
    await expect(charge.take(1)).rejects.toEqual(exceeded);
    await charge.commit(() => 900_000, nothing);
    expect(folder.recorded).toBe('1 1000000\n');
  });

  it('refuses to complete an upload when what it was to free has become smaller', async () => {
    await upload('a', 900_000);
    const [first] = await account.beginUpload({ isNew: false, replaces: 900_000 }, nothing);
    await first.take(1_000_000);
    await expect(first.commit(() => 10, unwanted)).rejects.toEqual(exceeded);
    await first.abandon(nothing);
    expect(folder.recorded).toBe('1 900000\n');
  });

  it('charges nothing for work that fails', async () => {
    await expect(account.charge({ files: 1, bytes: 5 }, fail)).rejects.toThrow('no');
    await expect(account.release(fail)).rejects.toThrow('no');
    await expect(account.beginUpload({ isNew: true }, fail)).rejects.toThrow('no');
    const [charge] = await account.beginUpload({ isNew: true }, nothing);
    await charge.take(5);
    await expect(charge.commit(() => undefined, fail)).rejects.toThrow('no');
    await charge.abandon(nothing);
    expect(await account.usage()).toEqual({ files: 0n, bytes: 0n });
  });

  it('has no limit where none is set', async () => {
    const free = new QuotaAccount(folder.root, { files: 1n });
    const [charge] = await free.beginUpload({ isNew: true }, nothing);
    await charge.take(2 ** 40);
    await charge.keep();
    expect(folder.recorded).toBe(`1 ${2 ** 40}\n`);
  });

  it('never goes below nothing', async () => {
    await account.release(() => ({ files: 3, bytes: 10 }));
    expect(await account.usage()).toEqual({ files: 0n, bytes: 0n });
  });

  it('does not work without its file', async () => {
    writeFileSync(folder.file('.ftpquota'), 'garbage');
    await expect(account.charge({ files: 1 }, unwanted)).rejects.toMatchObject({ code: 'MALFORMED' });
    await expect(account.release(unwanted)).rejects.toMatchObject({ code: 'MALFORMED' });
    await expect(account.beginUpload({ isNew: true }, unwanted)).rejects.toMatchObject({ code: 'MALFORMED' });
  });

  it('removes an abandoned upload even when nothing can be given back', async () => {
    const [charge] = await account.beginUpload({ isNew: true }, nothing);
    writeFileSync(folder.file('.ftpquota'), 'garbage');
    let removed = 0;
    await expect(charge.abandon(() => void (removed += 1))).rejects.toMatchObject({ code: 'MALFORMED' });
    expect(removed).toBe(1);
  });

  it('notices that somebody else wrote', async () => {
    await upload('a', 10);
    await upload('b', 10);
    expect(account.changedByOthers).toBe(false);
    await new QuotaFile(folder.root).withLock((file) => file.write({ files: 9n, bytes: 9n }));
    await account.usage();
    expect(account.changedByOthers).toBe(true);
    expect(await recount(folder.root)).toMatchObject({ usage: { files: 2n, bytes: 20n }, certainty: 'counted' });
    account.acknowledgeOthers();
    await account.usage();
    expect(account.changedByOthers).toBe(false);
  });

  it('is never passed, and exact in the end, whatever uploads do to each other', async () => {
    const action = fc.record({
      replaces: fc.boolean(),
      chunks: fc.array(fc.integer({ min: 0, max: 400_000 }), { maxLength: 6 }),
      end: fc.constantFrom('commit', 'keep', 'abandon'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 12 }), fc.scheduler(), async (actions, scheduler) => {
        using own = new AccountFolder();
        const quota = new QuotaAccount(own.root, { files: 8n, bytes: 1_000_000n });
        const sizes = new Map<string, number>();
        const total = (): bigint => BigInt([...sizes.values()].reduce((sum, size) => sum + size, 0));
        const all = Promise.all(
          actions.map(async ({ replaces, chunks, end }, index) => {
            const name = replaces ? 'shared' : `f${index}`;
            try {
              const old = sizes.get(name);
              let held = 0n;
              const hold = (bytes: bigint): void => {
                held = bytes;
              };
              const start = { isNew: old === undefined, replaces: old ?? 0 };
              const [charge] = await quota.beginUpload(start, nothing, () => hold);
              try {
                for (const chunk of chunks) {
                  await scheduler.schedule(Promise.resolve());
                  await charge.take(chunk);
                  expect(held).toBeGreaterThanOrEqual(charge.bytes);
                }
                if (end === 'abandon') throw new QuotaExceededError(await quota.usage(), quota.limits);
                await charge.commit(
                  () => sizes.get(name),
                  () => sizes.set(name, Number(held)),
                );
                expect(total()).toBeLessThanOrEqual(1_000_000n);
                expect(sizes.size).toBeLessThanOrEqual(8);
              } catch (error) {
                await charge.abandon(nothing);
                throw error;
              }
            } catch (error) {
              if (!(error instanceof QuotaExceededError)) throw error;
            }
          }),
        );
        await scheduler.waitFor(all);
        expect(await quota.usage()).toEqual({ files: BigInt(sizes.size), bytes: total() });
      }),
      { numRuns: 30 },
    );
  });
});

describe('a recount', () => {
  let folder: AccountFolder;
  beforeEach(() => {
    folder = new AccountFolder();
    for (let index = 0; index < 5000; index++) writeFileSync(folder.file(`f${index}`), 'x');
  });
  afterEach(() => folder[Symbol.dispose]());

  it('writes what there is', async () => {
    writeFileSync(folder.file('.ftpquota'), 'garbage');
    const seen: number[] = [];
    const result = await recount(folder.root, { onProgress: (files) => seen.push(files) });
    expect(result).toEqual({ recorded: undefined, usage: { files: 5000n, bytes: 5000n }, certainty: 'counted' });
    expect(folder.recorded).toBe('5000 5000\n');
    expect(seen.length).toBeGreaterThan(0);
  });

  it('is made again when somebody writes meanwhile, and takes nothing from him', async () => {
    writeFileSync(folder.file('.ftpquota'), '1 1\n');
    const account = new QuotaAccount(folder.root, {});
    let uploads = 0;
    let told = 0;
    const onProgress = (files: number): void => {
      // Once in each count.
      const isNext = files < told || told === 0;
      told = files;
      if (!isNext) return;
      uploads += 1;
      // Done before this returns: nobody has the lock.
      void account.charge({ files: 1, bytes: 2 }, () => writeFileSync(folder.file(`n${uploads}`), 'xx'));
    };
    const result = await recount(folder.root, { onProgress });
    expect(uploads).toBe(3);
    expect(result).toEqual({
      recorded: { files: 1n, bytes: 1n },
      usage: { files: 5003n, bytes: 5006n },
      certainty: 'counted',
    });
  });

  it('lets other things happen, however small the tree is', async () => {
    using small = new AccountFolder();
    const over = new AbortController();
    setTimeout(() => over.abort(), 0);
    for (let counts = 0; !over.signal.aborted && counts < 1000; counts++) await recount(small.root);
    expect(over.signal.aborted).toBe(true);
  });

  it('can be ended', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(recount(folder.root, { signal })).rejects.toThrow('enough');
  });

  it('waits for the lock', async () => {
    const file = new QuotaFile(folder.root);
    let holder: Promise<unknown> = Promise.resolve();
    await file.withLock(() => {
      holder = recount(folder.root);
      expect(tryLockFile(folder.root, 'shared')).toBe(true);
    });
    expect(await holder).toMatchObject({ certainty: 'counted' });
  });
});
