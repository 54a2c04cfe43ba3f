import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { TempFolder } from '@pure-ftpd/peers';
import { untilTrue } from '@pure-ftpd/testing';

import type { Side } from './programs.ts';
import type { ScoreboardPlace } from './scoreboard-place.ts';

/** pure-uploadscript of either side in a place, with a script that writes down each upload; it can be killed and started again. */
export class ScriptRunner {
  readonly #place: ScoreboardPlace;
  readonly #side: Side;
  readonly #script: string;
  readonly #log: string;
  readonly #pidFile: string;
  readonly #words: readonly string[];
  #process: ChildProcess | undefined;

  /**
   * @param folder One of this name is made in there.
   * @param words Further options; with them the id of an upload is written down, too.
   */
  constructor(
    place: ScoreboardPlace,
    side: Side,
    folder: TempFolder,
    name = 'script-runner',
    words: readonly string[] = [],
  ) {
    const own = folder.file(name);
    mkdirSync(own);
    this.#place = place;
    this.#side = side;
    this.#words = words;
    this.#script = join(own, 'script');
    this.#log = join(own, 'log');
    this.#pidFile = join(own, 'pid');
    writeFileSync(this.#log, '');
    const what = words.length === 0 ? '"$UPLOAD_VUSER"' : '"$UPLOAD_VUSER|$UPLOAD_ID"';
    writeFileSync(this.#script, `#!/bin/sh\nprintf '%s|%s\\0' ${what} "$1" >> '${this.#log}'\n`);
    chmodSync(this.#script, 0o755);
  }

  /** What the script was called with: login and path, a character for each byte. */
  get uploads(): string[] {
    return readFileSync(this.#log, 'latin1').split('\0').slice(0, -1);
  }

  /** Starts it, and waits until it reads. */
  async start(): Promise<void> {
    await this.#place.shell(`rm -f '${this.#pidFile}'`);
    const command = [this.#side.program('pure-uploadscript'), '-r', this.#script, '-p', this.#pidFile, ...this.#words];
    const [file, ...words] = this.#place.process.inside(...command);
    this.#process = spawn(file, words, { stdio: ['ignore', 'ignore', 'inherit'] });
    // The C program writes it when it has opened the pipe, which takes a server.
    await untilTrue('the script runner is at work', () => this.pid > 0);
  }

  /** kill -9. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child === undefined) return;
    const ended = once(child, 'exit');
    await this.#place.shell(`kill -9 ${this.pid}`);
    await ended;
    this.#process = undefined;
  }

  /** As the place sees it, from its PID file; 0 when there is none. */
  get pid(): number {
    return existsSync(this.#pidFile) ? Number(readFileSync(this.#pidFile, 'latin1')) : 0;
  }
}
