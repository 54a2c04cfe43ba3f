/**
 * Notices when somebody else has written a quota file. The accounts of a process that have the same root share one, and are
 * then not taken for each other.
 */
export class QuotaWatch {
  /** What was left in the file; undefined before the first look. */
  #left: string | undefined;
  #changedByOthers = false;

  /** Whether somebody else has written since we last did. */
  get changedByOthers(): boolean {
    return this.#changedByOthers;
  }

  acknowledgeOthers(): void {
    this.#changedByOthers = false;
    this.#left = undefined;
  }

  /** Somebody else may have written, and nobody has seen it. */
  suspect(): void {
    this.#changedByOthers = true;
  }

  /** @param state How the file is found. */
  found(state: string): void {
    if (this.#left !== undefined && this.#left !== state) this.#changedByOthers = true;
  }

  /** @param state How the file is left. */
  left(state: string): void {
    this.#left = state;
  }
}
