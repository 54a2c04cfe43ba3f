import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const TEST_DATA = join(import.meta.dirname, '../../test-data');
const PROGRAM = join(import.meta.dirname, 'pure-pw-with-known-ids.ts');

// Compiled code, kept for all benches of a test file: starting the program is most of the work.
const COMPILE_CACHE = mkdtempSync(join(tmpdir(), 'pure-pw-cache-'));
process.once('exit', () => rmSync(COMPILE_CACHE, { recursive: true, force: true }));

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
  readonly #terminals = new Set<ChildProcess>();

  constructor() {
    this.folder = join(this.#home, 'work');
    const bin = join(this.#home, 'bin');
    mkdirSync(this.folder);
    mkdirSync(bin);
    writeFileSync(join(bin, 'pure-pw'), `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`);
    chmodSync(join(bin, 'pure-pw'), 0o755);
  }

  /** What commands find in their environment. */
  get env(): Record<string, string> {
    return {
      PATH: `${join(this.#home, 'bin')}:/usr/local/bin:/usr/bin:/bin`,
      LC_ALL: 'C',
      NODE_COMPILE_CACHE: COMPILE_CACHE,
    };
  }

  /** Runs a line of shell. The bytes of its output are returned as latin1. */
  shell(line: string, options: { input?: string; env?: Record<string, string> } = {}): Outcome {
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', line], {
      cwd: this.folder,
      encoding: 'latin1',
      input: Buffer.from(options.input ?? '', 'latin1'),
      timeout: 60_000,
      env: { ...this.env, ...options.env },
    });
    return { status, stdout, stderr };
  }

  /**
   * Runs a command on a terminal of its own. Each answer is typed when its prompt has been printed, as a person would.
   * `afterwards` is called after the last. Resolves to the status and all that the terminal showed.
   */
  terminal(
    command: string,
    dialogue: readonly (readonly [prompt: string, answer: string])[],
    afterwards: () => void = () => {},
  ): Promise<{ status: number | null; screen: string }> {
    const child = spawn('script', ['-qec', command, '/dev/null'], { cwd: this.folder, env: this.env });
    this.#terminals.add(child);
    let screen = '';
    let read = 0;
    const left = [...dialogue];
    child.stdout.on('data', (data: Buffer) => {
      screen += data.toString('latin1');
      for (let [next] = left; next !== undefined; [next] = left) {
        const [prompt, answer] = next;
        const at = screen.indexOf(prompt, read);
        if (at === -1) {
          return;
        }
        read = at + prompt.length;
        left.shift();
        child.stdin.write(Buffer.from(answer, 'latin1'));
        if (left.length === 0) {
          afterwards();
        }
      }
    });
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (status) => {
        this.#terminals.delete(child);
        resolve({ status, screen });
      });
    });
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
    for (const child of this.#terminals) {
      child.kill();
    }
    rmSync(this.#home, { recursive: true, force: true });
  }
}
