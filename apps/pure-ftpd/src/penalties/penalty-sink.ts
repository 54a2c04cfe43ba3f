import type { ServerEvent, Sink } from '../events/event.ts';
import type { PenaltyTable } from './penalty-table.ts';

/** Penalises clients for what sessions tell. */
export class PenaltySink implements Sink {
  readonly name = 'penalties';
  readonly #table: Pick<PenaltyTable, 'penalise'>;
  readonly #idleMs: number;
  /** Sessions in which nobody has tried to log in. */
  readonly #untried = new Set<string>();

  /** @param idleSeconds After which a client who is silent is ended. */
  constructor(table: Pick<PenaltyTable, 'penalise'>, idleSeconds: number) {
    this.#table = table;
    this.#idleMs = idleSeconds * 1000;
  }

  hear({ who, time, ...event }: ServerEvent): void {
    if (who === undefined) return;
    const { session, remoteAddress } = who;
    switch (event.type) {
      case 'arrived':
        this.#untried.add(session);
        break;
      case 'loginRefused':
        this.#untried.delete(session);
        this.#table.penalise(remoteAddress, event.isUnknown ? 'invaliduser' : 'authfail');
        break;
      case 'loggedIn':
        this.#untried.delete(session);
        break;
      case 'violated':
        this.#untried.delete(session);
        this.#table.penalise(remoteAddress, 'protocol');
        break;
      case 'left':
        if (this.#untried.delete(session))
          this.#table.penalise(remoteAddress, time - who.startedAt < this.#idleMs ? 'noauth' : 'grace-exceeded');
        break;
      case 'idle':
      case 'introduced':
      case 'line':
      case 'loggedOut':
      case 'progress':
      case 'served':
      case 'transferBegan':
      case 'transferred':
      case 'judged':
      case 'turnedAway':
      case 'storageFull':
      case 'crashed':
        break;
      default:
        event satisfies never;
    }
  }
}
