// node quota-client.ts HOME CLIENTS STEPS SEED: clients of one server process that upload to, replace and delete files of one
// account at once, as a server with quotas would. Prints the number of refusals, and whether somebody else wrote the file.

import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { join } from 'node:path';

import { QuotaAccount, QuotaExceededError } from '@pure-ftpd/quota';

const [, , home = '', clients = '', steps = '', seed = ''] = process.argv;
const root = openSync(home, 'r');
const account = new QuotaAccount(root, { files: 150n, bytes: 3_000_000n });
let refusals = 0;

/** Numbers below a bound, the same for the same seed. */
function numbers(start: number): (bound: number) => number {
  let state = start;
  return (bound) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % bound;
  };
}

const sizeOf = (name: string): number | undefined => statSync(name, { throwIfNoEntry: false })?.size;

async function upload(name: string, temporary: string, chunks: number, isAborted: boolean): Promise<void> {
  const old = sizeOf(name);
  const open = (): number => openSync(temporary, 'wx');
  const [charge, fd] = await account.beginUpload(
    { isNew: old === undefined, replaces: old ?? 0 },
    open,
    (made) => (bytes) => ftruncateSync(made, Number(bytes)),
  );
  const chunk = Buffer.alloc(10_000);
  try {
    for (let count = 0; count < chunks; count++) {
      await charge.take(chunk.length);
      writeSync(fd, chunk);
      await setImmediate();
    }
    if (isAborted) throw new QuotaExceededError(await account.usage(), account.limits);
    await charge.commit(
      () => sizeOf(name),
      () => renameSync(temporary, name),
    );
  } catch (error) {
    await charge.abandon(() => unlinkSync(temporary));
    throw error;
  } finally {
    closeSync(fd);
  }
}

function remove(name: string): Promise<void> {
  return account.release(() => {
    const bytes = sizeOf(name);
    if (bytes === undefined) return {};
    unlinkSync(name);
    return { files: 1, bytes };
  });
}

async function makeAndRemove(name: string): Promise<void> {
  await account.charge({ files: 1 }, () => mkdirSync(name));
  await account.release(() => {
    rmdirSync(name);
    return { files: 1 };
  });
}

async function client(id: string): Promise<void> {
  const next = numbers(Number(seed) * 1000 + Number(id));
  for (let step = 0; step < Number(steps); step++) {
    // Some names are shared by all.
    const name = join(home, next(3) === 0 ? `shared${next(5)}` : `c${seed}-${id}-${next(10)}`);
    try {
      const kind = next(10);
      if (kind < 6) await upload(name, join(home, `.up-${seed}-${id}`), next(20), next(5) === 0);
      else if (kind < 9) await remove(name);
      else await makeAndRemove(join(home, `d${seed}-${id}`));
    } catch (error) {
      if (!(error instanceof QuotaExceededError)) throw error;
      refusals += 1;
    }
  }
}

await Promise.all(Array.from({ length: Number(clients) }, (_, id) => client(String(id))));
process.stdout.write(`${JSON.stringify({ refusals, changedByOthers: account.changedByOthers })}\n`);
