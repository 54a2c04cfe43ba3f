import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningServer } from '@pure-ftpd/peers';
import type { Contender, Prepared } from '../row.ts';
import { proftpd } from './proftpd.ts';
import { cPureFtpd, ours } from './pure-ftpd.ts';
import { pyftpdlib } from './pyftpdlib.ts';
import { type ServerKind, UID } from './server.ts';
import { vsftpd } from './vsftpd.ts';

const kinds: readonly ServerKind[] = [ours, cPureFtpd, vsftpd, proftpd, pyftpdlib];

/** A started server and the folder of its user. */
export interface Started {
  readonly kind: ServerKind;
  readonly server: RunningServer;
  readonly home: string;
}

/**
 * Starts every server that can run here, each with a home of its own, and makes a contender of each.
 * @param run does the work once on a server and answers the figures
 */
export async function onEveryServer(
  folder: string,
  run: (started: Started) => ReturnType<Contender['run']>,
): Promise<Prepared> {
  chmodSync(folder, 0o755);
  const stack = new AsyncDisposableStack();
  const notes: string[] = [];
  const contenders: Contender[] = [];
  try {
    for (const kind of kinds) {
      const missing = process.getuid?.() === 0 ? kind.missing() : 'servers are started as root only';
      if (missing !== undefined) {
        notes.push(`${kind.name} is missing: ${missing}`);
        continue;
      }
      const own = join(folder, kind.name.replaceAll(' ', '-'));
      const home = join(own, 'home');
      mkdirSync(home, { recursive: true });
      chownSync(home, UID, UID);
      const server = stack.use(await kind.start(home, own));
      contenders.push({ name: kind.name, kind: kind.kind, run: () => run({ kind, server, home }) });
    }
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
  return { contenders, notes, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
