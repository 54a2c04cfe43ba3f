import { PasswdFileError, systemCode } from './errors.ts';

// A lock whose owner has died is taken over when it has not been refreshed for this long.
const STALE_AFTER = 10_000;

/**
 * Runs `work` while no other editor of ours works on `path`, in this process or another; waits for them up to `wait` ms.
 *
 * This lock makes editors queue; it is not what keeps the file whole. That is the exclusive creation of `<path>.tmp`,
 * which the C tools honour too.
 *
 * @throws {PasswdFileError} `locked` when the wait ended, `unwritable` when there can be no lock beside the file.
 */
export async function withLock<Result>(path: string, wait: number, work: () => Promise<Result>): Promise<Result> {
  const release = await acquire(path, wait);
  try {
    return await work();
  } finally {
    await release().catch(() => {
      // The work is done or has failed with its own error; a lock that cannot be removed grows stale.
    });
  }
}

async function acquire(path: string, wait: number): Promise<() => Promise<void>> {
  // Loaded when first needed: the module hooks into the exit of the process, which a server that never edits is spared.
  // A package of CommonJS has its names in the default export wherever it is bundled.
  const {
    default: { lock },
  } = await import('proper-lockfile');
  const deadline = performance.now() + wait;
  for (;;) {
    try {
      return await lock(path, {
        // The file may not exist yet, and a symlink is replaced, not followed.
        realpath: false,
        stale: STALE_AFTER,
        // Another editor took this one for dead (a process stopped for long). It then meets our `.tmp` and gives up.
        onCompromised: () => undefined,
      });
    } catch (cause) {
      if (systemCode(cause) !== 'ELOCKED') {
        const what = cause instanceof Error ? cause.message : String(cause);
        throw new PasswdFileError('UNWRITABLE', `${path}: cannot be locked: ${what}`, { cause });
      }
      if (performance.now() >= deadline) {
        throw new PasswdFileError('LOCKED', `${path}: another editor holds ${path}.lock`, { cause });
      }
    }
    const { setTimeout: sleep } = await import('node:timers/promises');
    await sleep(5 + Math.random() * 25);
  }
}
