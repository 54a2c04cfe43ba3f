import type { BoardSession } from '@pure-ftpd/scoreboard';

import type { ServerEvent, Sink } from '../events/event.ts';
import type { ServerScoreboard } from './server-scoreboard.ts';

/** Shows sessions, and what they transfer, on the scoreboard. */
export class ScoreboardSink implements Sink {
  readonly name = 'scoreboard';
  readonly #scoreboard: Pick<ServerScoreboard, 'add'>;
  /** Those that are shown, by their ids. */
  readonly #entries = new Map<string, BoardSession>();

  constructor(scoreboard: Pick<ServerScoreboard, 'add'>) {
    this.#scoreboard = scoreboard;
  }

  hear(event: ServerEvent): void {
    const { who, pid } = event;
    if (who === undefined) return;
    if (event.type === 'arrived') {
      const { remoteAddress, remotePort, localAddress, localPort } = who;
      const entry = this.#scoreboard.add({ remoteAddress, remotePort, localAddress, localPort, pid });
      if (entry !== undefined) this.#entries.set(who.session, entry);
      return;
    }
    const entry = this.#entries.get(who.session);
    if (entry === undefined) return;
    switch (event.type) {
      case 'served':
        entry.servedBy(pid);
        break;
      case 'loggedIn':
        entry.login(who.account);
        break;
      case 'loggedOut':
        entry.login('?');
        break;
      case 'transferBegan':
        entry.begin(event);
        break;
      case 'progress':
        entry.progress(event.position);
        break;
      case 'idle':
        entry.idle();
        break;
      case 'left':
        entry.end();
        this.#entries.delete(who.session);
        break;
      case 'introduced':
      case 'line':
      case 'loginRefused':
      case 'transferred':
      case 'violated':
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
