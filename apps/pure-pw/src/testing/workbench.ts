import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const TEST_DATA = join(import.meta.dirname, '../../test-data');
const PROGRAM = join(import.meta.dirname, 'pure-pw-with-known-ids.ts');

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A recorded sample. */
export function sample(name: string): string {
  return readFileSync(join(TEST_DATA, name), 'latin1');
}

/** A folder of its own in which commands run, with `pure-pw` on the path. Removed at the end. */
export class Workbench implements Disposable {
  readonly folder: string;
  readonly #home = mkdtempSync(join(tmpdir(), 'pure-pw-test-'));

  constructor() {
    this.folder = join(this.#home, 'work');
    const bin = join(this.#home, 'bin');
    mkdirSync(this.folder);
    mkdirSync(bin);
    writeFileSync(join(bin, 'pure-pw'), `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`);
    chmodSync(join(bin, 'pure-pw'), 0o755);
  }

  /** Runs a line of shell. The bytes of its output are returned as latin1. */
  shell(line: string, options: { input?: string; env?: Record<string, string> } = {}): Outcome {
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', line], {
      cwd: this.folder,
      encoding: 'latin1',
      input: options.input ?? '',
      timeout: 60_000,
      env: {
        PATH: `${join(this.#home, 'bin')}:/usr/local/bin:/usr/bin:/bin`,
        LC_ALL: 'C',
        NODE_COMPILE_CACHE: join(this.#home, 'cache'),
        ...options.env,
      },
    });
    return { status, stdout, stderr };
  }

  use(...names: string[]): void {
    for (const name of names) {
      cpSync(join(TEST_DATA, name), this.path(name));
    }
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, content: string): void {
    writeFileSync(this.path(name), content, { encoding: 'latin1', mode: 0o644 });
  }

  remove(name: string): void {
    rmSync(this.path(name), { force: true });
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'latin1');
  }

  [Symbol.dispose](): void {
    rmSync(this.#home, { recursive: true, force: true });
  }
}
