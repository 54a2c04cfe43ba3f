import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { run, type World } from '../run.ts';

/** A sample that the C programs made or read; as latin1, so that nothing is lost. */
export function sample(...path: readonly string[]): string {
  return readFileSync(join(import.meta.dirname, '..', '..', 'test-data', ...path), 'latin1');
}

/** What the program printed, a character for each byte. */
export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A scoreboard of a test's own. */
export class Board implements Disposable {
  readonly directory: string = mkdtempSync(join(tmpdir(), 'pure-ftpwho-'));

  /** Puts an entry there, as the server would. */
  put(name: string, content: string): void {
    const path = join(this.directory, name);
    writeFileSync(path, content, 'latin1');
    chmodSync(path, 0o600);
  }

  /** Runs the program on it at a fixed time, as root with a pipe unless told. */
  async run(words: readonly string[], now: bigint, world: Partial<World> = {}): Promise<Outcome> {
    let stdout = '';
    let stderr = '';
    const status = await run(words, {
      environment: {},
      mayLook: true,
      isTerminal: false,
      now: () => now,
      print: (bytes) => void (stdout += Buffer.from(bytes).toString('latin1')),
      warn: (line) => void (stderr += `${line}\n`),
      scoreboard: { directory: this.directory, owner: process.geteuid?.() ?? 0 },
      ...world,
    });
    if (typeof status !== 'number') throw new Error('it wants to show a live table');
    return { status, stdout, stderr };
  }

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** What may be said of a session's entry. */
export interface EntryFields {
  readonly state?: 'idle' | 'download' | 'upload';
  readonly login?: string | Buffer;
  readonly file?: string | Buffer;
  readonly restart?: number;
  readonly current?: number;
  readonly total?: number;
  readonly start?: number;
  readonly transferStart?: number;
}

/** An entry in Debian's layout, of a process that lives, from 192.0.2.77 to 192.0.2.10. */
export function entryOf(fields: EntryFields): string {
  const bytes = Buffer.from(sample('scoreboard', 'crafted', 'idle'), 'latin1');
  bytes.writeUInt32LE({ idle: 1, download: 2, upload: 3 }[fields.state ?? 'idle'], 0);
  const numbers = [fields.start, fields.transferStart, fields.restart, fields.total, fields.current];
  for (const [index, number] of numbers.entries()) {
    if (number !== undefined) bytes.writeBigInt64LE(BigInt(number), 264 + 8 * index);
  }
  if (fields.login !== undefined) Buffer.concat([Buffer.from(fields.login), Buffer.alloc(1)]).copy(bytes, 304);
  if (fields.file !== undefined) Buffer.concat([Buffer.from(fields.file), Buffer.alloc(1)]).copy(bytes, 433);
  return bytes.toString('latin1');
}
