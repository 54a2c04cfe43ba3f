import { randomBytes } from 'node:crypto';

import { type Engine, type ScriptCall, type ScriptName, UNKNOWN_NODE } from './engine.ts';

/** All keys have it, so that they lie on one machine of an engine that has several. */
const TAG = '{pure-ftpd}';
const NODES = `${TAG}:nodes`;

/** How long a lease lasts, how often it is renewed, and how often an engine that is away is looked for, in milliseconds. */
const LEASE_MS = 15_000;
const RENEW_MS = 5000;
const LOOK_MS = 1000;

/** How long a key is kept that nobody uses, in milliseconds; those of sessions that last are touched at every so many renewals. */
const KEPT_MS = 3_600_000;
const TOUCH_EVERY = 120;

/** Keys of one call. */
const KEYS_AT_ONCE = 256;

/** Names of before that are given up at once when the engine is back: those of others end with their leases. */
const NAMES_KEPT = 64;

/** How often a place is asked for anew when the lease was lost meanwhile. */
const ATTEMPTS = 3;

/** A place that a session takes. */
export interface Place {
  /** What is limited: of which there are as many keys as sessions at most. */
  readonly key: string;
  /** How many there may be, 0 for any number. */
  readonly limit: number;
}

/** What became of it: `away` when nobody can say. */
export type Taken =
  | { readonly kind: 'taken' }
  | { readonly kind: 'full'; readonly key: string }
  | { readonly kind: 'away' };

export interface SharedPlacesOptions {
  readonly engine: Engine;
  /** When the engine is away: `open` takes places that are counted when it is back, `closed` takes none. */
  readonly whenAway: 'open' | 'closed';
  /** The engine is away, and why; or it is back. */
  readonly onChange: (away: string | undefined) => void;
  /** How long a lease lasts, how often it is renewed, and how often an engine that is away is looked for, in milliseconds. */
  readonly leaseMs?: number;
  readonly renewMs?: number;
  readonly lookMs?: number;
}

/**
 * Places in limits that several nodes have between them. Each node has a lease, and counts what it holds: with the lease, that ends by
 * itself. What a node holds it says anew whenever that may not be known.
 */
export class SharedPlaces {
  readonly #options: SharedPlacesOptions;
  readonly #leaseMs: number;
  readonly #renewMs: number;
  readonly #lookMs: number;
  readonly #held = new Map<string, number>();
  /** The name of this node, for as long as the engine knows what it holds. */
  #node = nodeName();
  /** Names that it had before. */
  #before: string[] = [];
  /** Keys of which the engine may know a wrong number. */
  #stale = new Set<string>();
  #isKnown = false;
  #isAway = false;
  #joining: Promise<boolean> | undefined;
  #renewals = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: SharedPlacesOptions) {
    this.#options = options;
    this.#leaseMs = options.leaseMs ?? LEASE_MS;
    this.#renewMs = options.renewMs ?? RENEW_MS;
    this.#lookMs = options.lookMs ?? LOOK_MS;
  }

  /** Comes back when the engine knows this node, or is away. */
  async start(): Promise<void> {
    await this.#join();
    this.#renewLater();
  }

  /** Takes all of some places, or none. What was taken is given back by {@link giveBack}, once. */
  async take(places: readonly Place[]): Promise<Taken> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      // While it is away nobody waits for it: it is looked for meanwhile.
      if (!this.#isKnown && (this.#isAway || !(await this.#join()))) break;
      const node = this.#node;
      const answer = await this.#run(
        node,
        'take',
        places.map(({ key }) => key),
        places.map(({ limit }) => limit),
      );
      if (answer === undefined) break;
      // What was taken in another name is nobody's.
      if (node !== this.#node) continue;
      if (answer > 0) return { kind: 'full', key: places[answer - 1]?.key ?? '' };
      this.#hold(places, 1);
      return { kind: 'taken' };
    }
    if (this.#options.whenAway === 'closed') return { kind: 'away' };
    this.#hold(places, 1);
    return { kind: 'taken' };
  }

  /** Gives back what was taken. */
  giveBack(places: readonly Place[]): void {
    this.#hold(places, -1);
    if (this.#isKnown)
      void this.#run(
        this.#node,
        'give',
        places.map(({ key }) => key),
        [],
      );
  }

  /** Gives up all. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    if (this.#isKnown) await this.#leave([this.#node, ...this.#before]);
  }

  #hold(places: readonly Place[], more: number): void {
    for (const { key } of places) {
      const held = (this.#held.get(key) ?? 0) + more;
      if (held > 0) this.#held.set(key, held);
      else this.#held.delete(key);
      if (!this.#isKnown) this.#stale.add(key);
    }
  }

  #renewLater(): void {
    if (this.#isClosed) return;
    const renew = (): void => void this.#renew().finally(() => this.#renewLater());
    this.#timer = setTimeout(renew, this.#isAway ? this.#lookMs : this.#renewMs).unref();
  }

  async #renew(): Promise<void> {
    if (this.#isKnown) await this.#run(this.#node, 'renew', [], []);
    if (!this.#isKnown) await this.#join();
    this.#renewals += 1;
    if (!this.#isKnown || this.#renewals % TOUCH_EVERY !== 0) return;
    for (const keys of batches([...this.#held.keys()])) await this.#run(this.#node, 'touch', keys, []);
  }

  /** Nobody knows what the engine has of this node: it goes on under another name. */
  #lost(): void {
    this.#isKnown = false;
    this.#before = [...this.#before, this.#node].slice(-NAMES_KEPT);
    this.#node = nodeName();
    this.#stale = new Set(this.#held.keys());
  }

  /** Says what this node holds. @returns Whether the engine knows it now. */
  #join(): Promise<boolean> {
    this.#joining ??= this.#sayAll().finally(() => (this.#joining = undefined));
    return this.#joining;
  }

  async #sayAll(): Promise<boolean> {
    const node = this.#node;
    // Also without any: the lease begins.
    do {
      const keys = [...this.#stale].slice(0, KEYS_AT_ONCE);
      for (const key of keys) this.#stale.delete(key);
      const answer = await this.#run(
        node,
        'sync',
        keys,
        keys.map((key) => this.#held.get(key) ?? 0),
      );
      if (answer === undefined || node !== this.#node) return false;
    } while (this.#stale.size > 0);
    this.#isKnown = true;
    this.#tell(undefined);
    await this.#leave(this.#before.splice(0));
    return true;
  }

  async #leave(nodes: readonly string[]): Promise<void> {
    if (nodes.length > 0) await this.#call({ script: 'leave', keys: [NODES], args: nodes }, this.#node);
  }

  #run(
    node: string,
    script: ScriptName,
    keys: readonly string[],
    numbers: readonly number[],
  ): Promise<number | undefined> {
    const all = [NODES, ...keys.map((key) => `${TAG}:places:${key}`)];
    return this.#call({ script, keys: all, args: [node, this.#leaseMs, KEPT_MS, ...numbers] }, node);
  }

  /** @returns undefined when the engine is away. */
  async #call(call: ScriptCall, node: string): Promise<number | undefined> {
    try {
      const answer = await this.#options.engine.run(call);
      if (answer === UNKNOWN_NODE && node === this.#node) this.#lost();
      return answer;
    } catch (error) {
      if (node === this.#node) this.#lost();
      this.#tell(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  #tell(away: string | undefined): void {
    const isAway = away !== undefined;
    if (this.#isAway === isAway) return;
    this.#isAway = isAway;
    this.#options.onChange(away);
  }
}

function nodeName(): string {
  return randomBytes(12).toString('base64url');
}

function* batches(keys: readonly string[]): Generator<readonly string[]> {
  for (let at = 0; at < keys.length; at += KEYS_AT_ONCE) yield keys.slice(at, at + KEYS_AT_ONCE);
}
