// FTP servers of both kinds that ask a server of accounts.
import { writeFileSync } from 'node:fs';

import { peerPath, type PeerName, type RunningServer, startServer, type TempFolder } from '@pure-ftpd/peers';
import { RawClient, type RawReply } from '@pure-ftpd/testing';

import { ours } from '../support/programs.ts';

/** Our server with all its processes, as root. */
export function startOurs(...words: readonly string[]): Promise<RunningServer> {
  return startServer((port) => [ours.program('pure-ftpd'), '-S', `127.0.0.1,${port}`, '-E', '-H', ...words]);
}

/** A C server of Debian's. */
export function startC(name: PeerName, ...words: readonly string[]): Promise<RunningServer> {
  return startServer((port) => [peerPath(name), '-S', `127.0.0.1,${port}`, '-E', '-H', ...words]);
}

/** Writes a configuration file. */
export function configuration(folder: TempFolder, name: string, lines: readonly string[]): string {
  const file = folder.file(name);
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  return file;
}

/** The reply to a password. */
export async function login(port: number, user: string, password: string): Promise<RawReply> {
  const client = await RawClient.connect(port);
  try {
    await client.reply();
    await client.command(`USER ${user}`);
    return await client.command(`PASS ${password}`);
  } finally {
    client.close();
  }
}
