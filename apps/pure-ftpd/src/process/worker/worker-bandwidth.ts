import type { Configuration } from '@pure-ftpd/options';

import { NO_RATES, SharedBandwidth, sharedLimitsOf, type Way } from '../../limits/shared-bandwidth.ts';
import type { ToChild } from '../messages/to-child.ts';
import { WANTS_ALL } from '../messages/to-monitor.ts';
import type { Speaker } from '../monitor-link.ts';

/** How often what sessions want is told, in milliseconds. */
const PERIOD_MS = 200;

/** The least that a session wants which moves anything, in bytes a second: so that it can grow. */
const LEAST_WANTED = 65_536;

/** Periods without a byte after which a session wants nothing. */
const QUIET_PERIODS = 3;

/** What a session has done in this period, one way. */
interface Use {
  readonly session: string;
  readonly way: Way;
  bytes: number;
  hasWaited: boolean;
  /** What the monitor has been told that it wants; undefined before that. */
  told: number | undefined;
  quiet: number;
}

/**
 * What the sessions of a worker have of the bandwidth that all sessions share. While any of them moves data the monitor hears how much
 * each wants, and says what this process may have: nothing before that.
 */
export class WorkerBandwidth {
  readonly shared: SharedBandwidth;
  readonly #link: Pick<Speaker, 'sendSoon'>;
  readonly #uses = new Map<string, Use>();
  #isServing = false;
  #timer: NodeJS.Timeout | undefined;
  #toldAt = -Infinity;

  constructor(link: Pick<Speaker, 'sendSoon'>, configuration: Configuration) {
    this.#link = link;
    this.shared = new SharedBandwidth(sharedLimitsOf(configuration), (session, way, bytes) =>
      this.#used(session, way, bytes),
    );
  }

  /** Practice, if there was any, is over: the monitor is asked from now on. */
  begin(): void {
    this.#isServing = true;
    this.shared.change(NO_RATES, () => NO_RATES);
  }

  /** The monitor has said what this process may have. */
  changed({ server, users, others }: ToChild<'bandwidth'>): void {
    this.shared.change(server, (user) => users.get(user) ?? others);
  }

  #used(session: string, way: Way, bytes: number): void {
    if (!this.#isServing) return;
    const key = `${session} ${way}`;
    const use = this.#uses.get(key) ?? { session, way, bytes: 0, hasWaited: false, told: undefined, quiet: 0 };
    use.bytes += bytes;
    use.hasWaited ||= bytes === 0;
    use.quiet = 0;
    this.#uses.set(key, use);
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => this.#tell(), Math.max(0, this.#toldAt + PERIOD_MS - performance.now()));
  }

  #tell(): void {
    const now = performance.now();
    const seconds = (now - this.#toldAt) / 1000;
    this.#toldAt = now;
    this.#timer = undefined;
    for (const [key, use] of this.#uses) {
      const { session, way, told } = use;
      const bytes = use.quiet >= QUIET_PERIODS ? 0 : wanted(use, seconds);
      // Of what has only been quiet for a moment nothing is said.
      if (bytes !== told && (use.quiet === 0 || bytes === 0)) {
        this.#link.sendSoon({ type: 'wants', session, way, bytes });
        use.told = bytes;
      }
      if (bytes === 0) this.#uses.delete(key);
      use.bytes = 0;
      use.hasWaited = false;
      use.quiet += 1;
    }
    if (this.#uses.size > 0) this.#timer = setTimeout(() => this.#tell(), PERIOD_MS);
  }
}

/** Bytes a second: twice what was moved, by powers of two, so that little is said of small changes; all, where that was not enough. */
function wanted({ bytes, hasWaited, told }: Use, seconds: number): number {
  if (hasWaited || told === undefined) return WANTS_ALL;
  return 2 ** Math.ceil(Math.log2(Math.max(LEAST_WANTED, (2 * bytes) / seconds)));
}
