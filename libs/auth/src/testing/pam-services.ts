// PAM services for tests: real modules, in a folder of the test's own instead of /etc/pam.d.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type HelperProcess, spawnHelper } from '../helper/helper-process.ts';

/** Whether PAM can be asked about others than oneself. */
export const isRoot = process.getuid?.() === 0;

export function startHelper(): HelperProcess {
  return spawnHelper([join(import.meta.dirname, 'pam-helper.ts')], {});
}

/** A folder of services, and what their scripts have written. */
export class PamServices {
  readonly folder = mkdtempSync(join(tmpdir(), 'pam-'));

  file(name: string): string {
    return join(this.folder, name);
  }

  /** Adds a service with these lines; those for account and session let everybody in unless they are given. */
  add(name: string, ...lines: readonly string[]): void {
    const missing = ['auth', 'account', 'session'].filter((type) => !lines.some((line) => line.startsWith(type)));
    const all = [...lines, ...missing.map((type) => `${type} required pam_permit.so`)];
    writeFileSync(this.file(name), `${all.join('\n')}\n`);
  }

  /**
   * A line that runs a shell script whenever the module is asked; `log WORDS` adds a line to {@link log}, the password is on
   * standard input for `auth`.
   */
  script(type: 'auth' | 'account' | 'session', name: string, text: string): string {
    const file = this.file(`${name}.sh`);
    writeFileSync(file, `log() { echo "$@" >> ${this.file('log')}; }\n${text}\n`);
    const options = type === 'auth' ? 'expose_authtok quiet' : 'quiet';
    return `${type} required pam_exec.so ${options} /bin/sh ${file}`;
  }

  /** What scripts have logged so far. */
  log(): string[] {
    const file = this.file('log');
    return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
