import type { ServerEvent, Sink } from '../events/event.ts';
import type { Tally } from './tally.ts';

type State = 'login' | 'idle' | 'download' | 'upload';

/** Counts what sessions tell. */
export class MetricsSink implements Sink {
  readonly name = 'metrics';
  readonly #tally: Tally;
  /** What sessions do, by their ids. */
  readonly #states = new Map<string, State>();
  readonly #counts: Record<State, number> = { login: 0, idle: 0, download: 0, upload: 0 };

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  hear(event: ServerEvent): void {
    const tally = this.#tally;
    switch (event.type) {
      case 'arrived':
        tally.add('pure_ftpd_sessions_begun_total', {});
        this.#become(event, 'login', true);
        break;
      case 'loggedIn':
      case 'idle':
        this.#become(event, 'idle');
        break;
      case 'loggedOut':
        this.#become(event, 'login');
        break;
      case 'transferBegan':
        this.#become(event, event.direction);
        break;
      case 'left':
        this.#left(event);
        break;
      case 'transferred': {
        const { direction, bytes, milliseconds, complete } = event;
        tally.add('pure_ftpd_transfers_total', { direction, result: complete ? 'complete' : 'incomplete' });
        tally.add('pure_ftpd_transferred_bytes_total', { direction }, bytes);
        tally.observe('pure_ftpd_transfer_duration_seconds', { direction }, milliseconds / 1000);
        break;
      }
      case 'judged': {
        const { method, verdict, milliseconds } = event;
        tally.add('pure_ftpd_logins_total', { method, verdict });
        // Where nobody has answered there is no time either.
        if (method !== 'none') tally.observe('pure_ftpd_login_duration_seconds', { method }, milliseconds / 1000);
        break;
      }
      case 'violated':
        tally.add('pure_ftpd_violations_total', {});
        break;
      case 'turnedAway':
        tally.add('pure_ftpd_refused_connections_total', { reason: event.reason });
        break;
      case 'storageFull':
        tally.add('pure_ftpd_storage_refusals_total', {});
        break;
      case 'crashed':
        tally.add('pure_ftpd_crashes_total', { process: event.process });
        break;
      case 'introduced':
      case 'line':
      case 'loginRefused':
      case 'progress':
      case 'served':
        break;
      default:
        event satisfies never;
    }
  }

  /** @param isNew It has just come; others are changed only while they are there. */
  #become({ who }: ServerEvent, state: State, isNew = false): void {
    if (who === undefined) return;
    const before = this.#states.get(who.session);
    if (before === state || (before === undefined && !isNew)) return;
    this.#states.set(who.session, state);
    if (before !== undefined) this.#count(before, -1);
    this.#count(state, 1);
  }

  #left({ who, time }: ServerEvent): void {
    const state = who && this.#states.get(who.session);
    if (who === undefined || state === undefined) return;
    this.#states.delete(who.session);
    this.#count(state, -1);
    this.#tally.observe('pure_ftpd_session_duration_seconds', {}, (time - who.startedAt) / 1000);
  }

  #count(state: State, more: number): void {
    this.#counts[state] += more;
    this.#tally.set('pure_ftpd_sessions', { state }, this.#counts[state]);
  }
}
