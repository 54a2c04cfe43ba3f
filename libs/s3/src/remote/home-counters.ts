import { changedUsage, type QuotaAmount, type QuotaLimits } from '@pure-ftpd/server';

/** What is stored in homes, for the processes that serve their sessions; forgotten when nobody has a session there any more. */
export class HomeCounters {
  readonly #homes = new Map<string, { sessions: number; usage: QuotaAmount | undefined }>();

  /** A session of a home begins. */
  enter(home: string): void {
    const known = this.#homes.get(home);
    if (known === undefined) this.#homes.set(home, { sessions: 1, usage: undefined });
    else known.sessions += 1;
  }

  leave(home: string): void {
    const known = this.#homes.get(home);
    if (known === undefined) return;
    known.sessions -= 1;
    if (known.sessions === 0) this.#homes.delete(home);
  }

  /** Undefined where nobody has counted. */
  usage(home: string): QuotaAmount | undefined {
    return this.#homes.get(home)?.usage;
  }

  /** Somebody has counted: the first of them holds, since others have changed something since. */
  counted(home: string, found: QuotaAmount): QuotaAmount {
    const known = this.#homes.get(home);
    if (known === undefined) return found;
    return (known.usage ??= found);
  }

  /** Whether the limits allow a change, which has been made then. */
  change(home: string, change: QuotaAmount, limits: QuotaLimits): boolean {
    const known = this.#homes.get(home);
    if (known?.usage === undefined) return false;
    const usage = changedUsage(known.usage, change, limits);
    if (usage === undefined) return false;
    known.usage = usage;
    return true;
  }
}
