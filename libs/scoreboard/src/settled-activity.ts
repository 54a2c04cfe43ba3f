import type { SessionActivity, TransferStart } from './activity.ts';

/** How often is told what has changed, in milliseconds: nobody who looks at the board sees more. */
const PERIOD = 50;

/**
 * Tells of what sessions do as it is after each period, instead of each time it changes: many small files in a row cost as much
 * as one. Nothing is left out that lasts longer than a period, and what was transferred last is told in the end.
 */
export class SettledActivities {
  readonly #changed = new Set<SettledActivity>();
  #isWaiting = false;

  /** The activity of a session, told of to another one. */
  of(told: SessionActivity): SettledActivity {
    return new SettledActivity(told, (activity) => this.#changes(activity));
  }

  #changes(activity: SettledActivity): void {
    this.#changed.add(activity);
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    setTimeout(() => this.#tell(), PERIOD).unref();
  }

  #tell(): void {
    this.#isWaiting = false;
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const activity of changed) activity.tell();
  }
}

/** What one session does. */
export class SettledActivity implements SessionActivity {
  readonly #told: SessionActivity;
  readonly #changes: (activity: SettledActivity) => void;
  /** A transfer has been told of whose end has not. */
  #isShown = false;
  /** The transfer that runs, or ran last, while it has not been told of. */
  #last: TransferStart | undefined;
  /** No transfer runs. */
  #isIdle = true;
  #isOver = false;

  /** @param changes Called when there is something to tell. */
  constructor(told: SessionActivity, changes: (activity: SettledActivity) => void) {
    this.#told = told;
    this.#changes = changes;
  }

  transfer(start: TransferStart): void {
    if (this.#isShown && !this.#isIdle) this.#endShown();
    this.#last = start;
    this.#isIdle = false;
    this.#changes(this);
  }

  idle(): void {
    if (this.#isIdle) return;
    this.#isIdle = true;
    if (this.#last === undefined) {
      this.#endShown();
      return;
    }
    const position = this.#last.position();
    this.#last = { ...this.#last, position: () => position };
  }

  /** The session is over, and the transfer that was told of, if its end was not: nothing more is told. */
  end(): void {
    this.#isOver = true;
    this.#last = undefined;
    this.#endShown();
  }

  /** Tells what has changed. */
  tell(): void {
    const last = this.#last;
    if (last === undefined || this.#isOver) return;
    this.#last = undefined;
    this.#told.transfer(last);
    this.#isShown = true;
    if (this.#isIdle) this.#endShown();
  }

  #endShown(): void {
    if (!this.#isShown) return;
    this.#isShown = false;
    this.#told.idle();
  }
}
