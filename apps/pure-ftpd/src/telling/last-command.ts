import { basename, simplifyUploadName } from '@pure-ftpd/protocol';

/** The last command of a session, not counting those that overtake a transfer: transfers and lines of the log are named by it. */
export class LastCommand {
  #verb = '';
  #argument = '';
  #renameFrom = '';

  note(verb: string, argument: string): void {
    if (verb === 'RNFR') this.#renameFrom = argument;
    this.#verb = verb;
    this.#argument = argument;
  }

  get argument(): string {
    return this.#argument;
  }

  /** What RNFR has named. */
  get renameFrom(): string {
    return this.#renameFrom;
  }

  /** The name of a transfer as it was asked for. @param path Of the file on the server. */
  transferName(direction: 'send' | 'receive', path: string): string {
    return direction === 'send' ? this.#argument : this.#uploadName(path);
  }

  /** STOU makes a name up, other names lose blanks at their ends, and may have got a number (`-r`). */
  #uploadName(path: string): string {
    if (this.#verb === 'STOU') return basename(path);
    const asked = simplifyUploadName(this.#argument);
    return asked.slice(0, asked.lastIndexOf('/') + 1) + basename(path);
  }
}
