import { chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { peer, peerPath, type PeerName, startServer } from '@pure-ftpd/peers';
import { buildDatabase } from '@pure-ftpd/puredb';
import { ourProgram } from '../programs.ts';
import { HASH, type Place, type ServerKind, SESSIONS, UID, USER } from './server.ts';

/** As many entries of a listing as there are. */
const ENTRIES = 1_000_000;

/** The same for all. */
function optionsOf(port: number, logins: string, { certificate, limit }: Place): string[] {
  const most = String(SESSIONS);
  const login = ['-l', logins, '-E', '-A', '-H'];
  const tls = certificate === undefined ? [] : ['--tls=1', `--certfile=${certificate}`];
  const throttle = limit === undefined ? [] : ['-T', String(Math.round(limit / 1024))];
  return ['-S', `127.0.0.1,${port}`, ...login, '-c', most, '-C', most, '-L', `${ENTRIES}:5`, ...tls, ...throttle];
}

/** The argument of `-l`. */
async function loginsOf({ home, folder, login }: Place): Promise<string> {
  if (login !== undefined) return login;
  const text = join(folder, 'users');
  writeFileSync(text, `${USER}:${HASH}:${UID}:${UID}::${home}/./::::::::::::\n`);
  await buildDatabase(text, `${text}.pdb`);
  chownSync(`${text}.pdb`, UID, UID);
  return `puredb:${text}.pdb`;
}

/** Our daemon; its log goes to a file, as with everybody. */
function daemon(name: string, more: readonly string[]): ServerKind {
  return {
    name,
    kind: 'ours',
    processes: false,
    missing: () => undefined,
    async start(place) {
      const logins = await loginsOf(place);
      const log = join(place.folder, 'log');
      writeFileSync(log, '');
      chownSync(log, UID, UID);
      const [node, program] = ourProgram('pure-ftpd');
      const profiled = place.profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${place.profiles}`];
      const command = [node, ...profiled, program, '--log-file', log, ...more];
      return startServer((port) => [...command, ...optionsOf(port, logins, place)]);
    },
  };
}

/** As it is meant to run: started by root, who stays behind, with workers for the users. */
export const ours = daemon('ours', []);

/** One process, which gives up root before it serves. */
export const oursAlone = daemon('ours (one process)', ['--user', `${UID}:${UID}`]);

/** With metrics, which nobody may have to pay for, and without: where rights are separated, and in one process. */
export function withMetrics(file: string): readonly ServerKind[] {
  const one = ['--user', `${UID}:${UID}`];
  return [
    ours,
    daemon('ours with metrics', ['--metrics', `unix:${file}`]),
    oursAlone,
    daemon('ours (one process) with metrics', ['--metrics', `unix:${file}-alone`, ...one]),
  ];
}

function cDaemon(name: string, program: PeerName): ServerKind {
  return {
    name,
    kind: 'peer',
    processes: true,
    missing() {
      const found = peer(program);
      return 'missing' in found ? found.missing : undefined;
    },
    async start(place) {
      const logins = await loginsOf(place);
      return startServer((port) => [peerPath(program), ...optionsOf(port, logins, place)]);
    },
  };
}

export const cPureFtpd = cDaemon('C pure-ftpd', 'pure-ftpd');

/** As Debian builds it with MySQL. */
export const cPureFtpdMysql = cDaemon('C pure-ftpd-mysql', 'pure-ftpd-mysql');

/** As Debian builds it with LDAP. */
export const cPureFtpdLdap = cDaemon('C pure-ftpd-ldap', 'pure-ftpd-ldap');
