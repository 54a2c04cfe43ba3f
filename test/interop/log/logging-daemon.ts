import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { startServer, tempFolder } from '@pure-ftpd/peers';
import { buildDatabase } from '@pure-ftpd/puredb';
import { etcFolder } from '../../support/etc.ts';
import type { Side } from '../../support/programs.ts';
import { daemonCommand } from '../../support/servers.ts';
import { HASH } from './logged-sections.ts';
import { makeTransferHome } from './transfer-session.ts';

export interface LoggingDaemon extends AsyncDisposable {
  readonly port: number;
  readonly home: string;
  /** What it printed. */
  output(): string;
}

/** A daemon with transfer logs (`FORMAT:PATH`), in a zone of half hours, whose user is `alice`. */
export async function startLogging(
  side: Side,
  options: { readonly logs: readonly string[]; readonly separated?: boolean },
): Promise<LoggingDaemon> {
  const folder = tempFolder();
  const home = folder.file('home');
  mkdirSync(home);
  makeTransferHome(home);
  writeFileSync(folder.file('text'), `alice:${HASH}:3001:3001::${home}/./::::::::::::\n`);
  await buildDatabase(folder.file('text'), folder.file('db'));
  chownSync(folder.file('db'), 3001, 3001);
  const etc = etcFolder();
  const args = ['-l', `puredb:${folder.file('db')}`, '-E', '-H', ...options.logs.flatMap((log) => ['-O', log])];
  const server = await startServer(
    (port) => daemonCommand(side, `127.0.0.1,${port}`, { args, separated: options.separated === true }),
    { etcDir: etc.path, env: { TZ: 'America/St_Johns' } },
  );
  return {
    port: server.port,
    home,
    output: () => server.process.output,
    async [Symbol.asyncDispose](): Promise<void> {
      await server.stop();
      etc.remove();
      folder.remove();
    },
  };
}

/** The lines of a log, but for a header, as latin1. */
export function logLines(path: string): string[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'latin1')
    .split('\n')
    .slice(0, -1)
    .filter((line) => !line.startsWith('#'));
}
