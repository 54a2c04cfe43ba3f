// The penalties of a server: the table, the file in which it outlives the server, and the log.
import { mkdirSync } from 'node:fs';
import path from 'node:path';

import type { Configuration, PenaltySettings } from '@pure-ftpd/options';
import { scoreboardPlace } from '@pure-ftpd/scoreboard';
import { errorText, isSystemError } from '@pure-ftpd/server/internal';

import type { Sink } from '../events/event.ts';
import type { Log } from '../log/log.ts';
import { BannedNetworks } from '../penalties/banned-networks.ts';
import { PenaltyFile } from '../penalties/penalty-file.ts';
import { PenaltySink } from '../penalties/penalty-sink.ts';
import { type Ban, type BanEvents, PenaltyTable } from '../penalties/penalty-table.ts';
import { RateLimit } from './rate-limit.ts';

/** How often what has changed is kept, and what has run down is forgotten, in milliseconds. */
const KEEP_MS = 10_000;

/** Lines about new bans in a second, over a longer time, and at once. */
const LINES_PER_SECOND = 5;
const BURST = 100;

/** The penalties of a server. */
export class ServerPenalties implements Disposable {
  readonly table: PenaltyTable;
  /** What hears of sessions for it. */
  readonly sinks: readonly Sink[];
  /** Whom nobody serves here. */
  readonly banned = new BannedNetworks();
  readonly #log: Pick<Log, 'write'>;
  readonly #lines = new RateLimit(LINES_PER_SECOND, BURST);
  #others: BanEvents | undefined;
  #unsaid = 0;
  #file: PenaltyFile | undefined;
  #hasChanged = false;
  readonly #timer: NodeJS.Timeout;
  #expiring: NodeJS.Timeout | undefined;

  /** Takes back what the server before has kept. */
  constructor(
    {
      penalties,
      penaltyExempt,
      proxyFrom,
      bind,
      idleSeconds,
    }: PenaltyConfiguration & { readonly penalties: PenaltySettings },
    log: Pick<Log, 'write'>,
  ) {
    this.#log = log;
    // A balancer is everybody.
    this.table = new PenaltyTable(penalties, [...penaltyExempt, ...proxyFrom], {
      banned: (ban, isNew) => this.#banned(ban, isNew),
      lifted: (network) => {
        this.#hasChanged = true;
        this.banned.lift(network);
        this.#others?.lifted(network);
      },
      denied: (families) => {
        this.banned.deny(families);
        this.#others?.denied(families);
        if (families.length > 0) this.#serveAgainLater();
      },
    });
    this.sinks = [new PenaltySink(this.table, idleSeconds)];
    this.#file = placeOf(bind.port, (error) => this.#failed(error));
    this.#restore();
    this.#timer = setInterval(() => this.#keep(), KEEP_MS);
    this.#timer.unref();
  }

  /** Has somebody know of bans besides this process, who has heard of those that there are. */
  tellFromNowOn(others: BanEvents): void {
    this.#others = others;
  }

  /** Keeps what there is, and no more from now on: another server may go on with it. */
  keepLast(): void {
    const file = this.#file;
    this.#file = undefined;
    if (file !== undefined) this.#tried(() => file.writeNow(this.table.kept()));
  }

  [Symbol.dispose](): void {
    this.keepLast();
    clearInterval(this.#timer);
    clearTimeout(this.#expiring);
  }

  #restore(): void {
    const file = this.#file;
    if (file !== undefined) this.#tried(() => this.table.restore(file.read()));
    // What has just been read needs no writing.
    this.#hasChanged = false;
  }

  #banned(ban: Ban, isNew: boolean): void {
    this.#hasChanged = true;
    this.banned.set(ban.network, ban.until ?? Infinity);
    this.#others?.banned(ban, isNew);
    if (!isNew) return;
    if (!this.#lines.take()) {
      this.#unsaid += 1;
      return;
    }
    const { network, until, reason } = ban;
    const time = until === undefined ? '' : ` for ${Math.ceil((until - Date.now()) / 1000)} s`;
    const rest = this.#unsaid === 0 ? '' : ` (and ${this.#unsaid} others before)`;
    this.#unsaid = 0;
    this.#log.write('WARNING', `${network} is banned${time}: ${reason}${rest}`);
  }

  /** A full table denies everybody: it is looked at as soon as the first of it has run down. */
  #serveAgainLater(): void {
    clearTimeout(this.#expiring);
    const { nextEnd = Date.now() } = this.table;
    this.#expiring = setTimeout(() => this.table.expire(), Math.min(Math.max(nextEnd - Date.now() + 1, 10), KEEP_MS));
    this.#expiring.unref();
  }

  #keep(): void {
    this.table.expire();
    if (!this.#hasChanged) return;
    this.#hasChanged = false;
    this.#file?.write(this.table.kept()).catch((error: unknown) => this.#failed(error));
  }

  #tried(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Penalties hold, and are not kept over a restart: said once. */
  #failed(error: unknown): void {
    this.#file = undefined;
    this.#log.write('WARNING', `bans are not kept over a restart: ${errorText(error)}`);
  }
}

/** The penalties that a configuration asks for; undefined where there are none. */
export function openPenalties(
  configuration: PenaltyConfiguration,
  log: Pick<Log, 'write'>,
): ServerPenalties | undefined {
  const { penalties } = configuration;
  return penalties === undefined ? undefined : new ServerPenalties({ ...configuration, penalties }, log);
}

type PenaltyConfiguration = Pick<Configuration, 'bind' | 'idleSeconds' | 'penalties' | 'penaltyExempt' | 'proxyFrom'>;

/**
 * Servers of one machine are told apart by their ports. In a folder beside the scoreboard, whose readers expect nothing but sessions in theirs.
 */
function placeOf(port: string, failed: (error: unknown) => void): PenaltyFile | undefined {
  const place = scoreboardPlace();
  if (place === undefined) return undefined;
  const directory = `${place.directory}-bans`;
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code !== 'EEXIST') {
      failed(error);
      return undefined;
    }
  }
  return new PenaltyFile(path.join(directory, `${port.replaceAll(/[^A-Za-z0-9-]/g, '_')}.json`));
}
