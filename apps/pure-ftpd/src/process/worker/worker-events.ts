import type { EventBody, EventTeller, Who } from '../../events/event.ts';
import type { EventChannel } from '../event-channel.ts';
import type { TransfersTold } from '../open-sinks.ts';

/** Tells the monitor what sessions do here. Who they are, who logs in and when they end it knows by itself. */
export class WorkerEvents implements EventTeller {
  readonly #channel: EventChannel;
  readonly #transfers: TransfersTold;

  /** @param transfers How soon somebody wants to know of transfers that are over. */
  constructor(channel: EventChannel, transfers: TransfersTold) {
    this.#channel = channel;
    this.#transfers = transfers;
  }

  tell(who: Who | undefined, body: EventBody): void {
    if (body.type === 'line') {
      this.#channel.line(who, body);
      return;
    }
    if (who === undefined) return;
    const { session } = who;
    switch (body.type) {
      case 'transferBegan':
      case 'progress':
      case 'idle':
      case 'storageFull':
        this.#channel.tell({ session, ...body });
        break;
      case 'transferred':
        if (this.#transfers !== 'never') this.#channel.tell({ session, ...body }, this.#transfers === 'atOnce');
        break;
      case 'arrived':
      case 'introduced':
      case 'served':
      case 'loggedIn':
      case 'loggedOut':
      case 'loginRefused':
      case 'violated':
      case 'left':
      case 'judged':
      case 'turnedAway':
      case 'crashed':
        break;
      default:
        body satisfies never;
    }
  }
}
