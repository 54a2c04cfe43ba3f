import type { EventBody, EventTeller, Who } from '../../events/event.ts';
import type { MonitorLink } from '../monitor-link.ts';
import type { GateAdmission } from './gate-admission.ts';

/** Tells the monitor who arrives, and what the log is to say. Nobody logs in here, or transfers anything. */
export class GateEvents implements EventTeller {
  readonly #link: MonitorLink;
  readonly #admission: GateAdmission;

  constructor(link: MonitorLink, admission: GateAdmission) {
    this.#link = link;
    this.#admission = admission;
  }

  tell(who: Who | undefined, body: EventBody): void {
    if (body.type === 'line') this.#link.events.line(who, body);
    else if (who === undefined) return;
    else if (body.type === 'arrived') this.#admission.arrived(who);
    else if (body.type === 'violated') this.#link.events.tell({ type: 'violated', session: who.session });
    else if (body.type === 'introduced')
      this.#link.sendLater({ type: 'named', session: who.session, hostName: who.host });
  }
}
