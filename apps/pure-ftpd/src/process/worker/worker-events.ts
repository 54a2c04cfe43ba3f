import type { EventBody, EventTeller, Who } from '../../events/event.ts';
import type { EventChannel } from '../event-channel.ts';

/** Tells the monitor what sessions do here. Who they are, who logs in and when they end it knows by itself. */
export class WorkerEvents implements EventTeller {
  readonly #channel: EventChannel;
  readonly #tellsTransfers: boolean;

  /** @param tellsTransfers Whether anybody wants to know of transfers that are over. */
  constructor(channel: EventChannel, tellsTransfers: boolean) {
    this.#channel = channel;
    this.#tellsTransfers = tellsTransfers;
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
        if (this.#tellsTransfers) this.#channel.tell({ session, ...body });
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
