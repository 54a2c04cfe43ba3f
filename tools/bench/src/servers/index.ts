import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningServer } from '@pure-ftpd/peers';
import { whatOf } from '../measure.ts';
import type { Contender, Figures, Prepared, Workspace } from '../row.ts';
import { CERTIFICATE, makeCertificate } from './certificate.ts';
import { floor, floorWithFile } from './floor.ts';
import { libraryClear } from './library.ts';
import { proftpd } from './proftpd.ts';
import { cPureFtpd, cPureFtpdMysql, ours, oursAlone, withMetrics } from './pure-ftpd.ts';
import { pyftpdlib, pyftpdlibClear } from './pyftpdlib.ts';
import { type Place, type ServerKind, slug, UID, type Wanted } from './server.ts';
import { vsftpd } from './vsftpd.ts';

/** Everybody, and what nobody can be better than. */
export const EVERYBODY: readonly ServerKind[] = [ours, oursAlone, cPureFtpd, vsftpd, proftpd, pyftpdlib, floor];

/** For downloads there is another that nobody can be much better than. */
export const EVERYBODY_WITH_FILES: readonly ServerKind[] = [...EVERYBODY, floorWithFile];

/** Who can keep passwords in clear text. */
export const CLEAR: readonly ServerKind[] = [libraryClear, pyftpdlibClear, floor];

/** The names for `--servers`. */
export const SLUGS: readonly string[] = [...new Set([...EVERYBODY_WITH_FILES, ...CLEAR, cPureFtpdMysql].map(slug))];

export { withMetrics };

/** A started server and the folder of its user. */
export interface Started {
  readonly kind: ServerKind;
  readonly server: RunningServer;
  readonly home: string;
  /** The first process of the server: all others descend from it. Throws an Error when it has ended. */
  readonly pid: number;
  /** Says something beside the figures, once. */
  readonly note: (text: string) => void;
}

export interface ServersOptions extends Wanted {
  /** Who takes part; everybody when left out. */
  readonly kinds?: readonly ServerKind[];
  /** Makes what is in the home, which all share. Runs before the servers start. */
  readonly fill?: (home: string) => void;
  /** Each run is on a server of its own, which has just started. */
  readonly fresh?: boolean;
  /** Does the work once on a server and answers the figures. */
  readonly run: (started: Started, round: number) => Promise<Figures>;
}

function started(kind: ServerKind, server: RunningServer, home: string, notes: string[]): Started {
  return {
    kind,
    server,
    home,
    note(text) {
      if (!notes.includes(text)) notes.push(text);
    },
    get pid() {
      const { pid } = server.process;
      if (pid === undefined) throw new Error('the server has ended');
      return pid;
    },
  };
}

/** Starts every server that can run here, all with the same home, and makes a contender of each. Who cannot is said in the notes. */
export async function onServers(workspace: Workspace, options: ServersOptions): Promise<Prepared> {
  const { folder, servers, profiles } = workspace;
  const { kinds = EVERYBODY, fill, fresh = false, run } = options;
  chmodSync(folder, 0o755);
  const home = join(folder, 'home');
  mkdirSync(home);
  chownSync(home, UID, UID);
  fill?.(home);
  const certificate = options.secure === true ? makeCertificate(folder) : undefined;
  await using stack = new AsyncDisposableStack();
  const notes: string[] = options.secure === true ? [`TLS with ${CERTIFICATE}.`] : [];
  const contenders: Contender[] = [];
  for (const kind of kinds) {
    if (servers !== undefined && !servers.has(slug(kind))) continue;
    const missing = process.getuid?.() === 0 ? kind.missing(options) : 'servers are started as root only';
    if (missing !== undefined) {
      if (kind.kind !== 'floor') notes.push(`${kind.name} is missing: ${missing}`);
      continue;
    }
    try {
      const own = join(folder, slug(kind));
      mkdirSync(own);
      const place = { home, folder: own, certificate, limit: options.limit, login: options.login, profiles };
      contenders.push({ name: kind.name, kind: kind.kind, run: await runner(kind, place) });
    } catch (error) {
      // The command line is in front of what the server said.
      notes.push(`${kind.name} is missing: it ${whatOf(error).replace(/^.*(?=did not start: )/, '')}`);
    }
  }
  /** Runs on one server, or each time on another. */
  async function runner(kind: ServerKind, place: Place): Promise<Contender['run']> {
    if (fresh) {
      return async (round) => {
        await using server = await kind.start(place);
        return run(started(kind, server, home, notes), round);
      };
    }
    const one = started(kind, stack.use(await kind.start(place)), home, notes);
    return (round) => run(one, round);
  }
  const owned = stack.move();
  return { contenders, notes, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
