import { chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { peer, peerPath, startServer } from '@pure-ftpd/peers';
import { buildDatabase } from '@pure-ftpd/puredb';
import { ourProgram } from '../programs.ts';
import { HASH, type ServerKind, UID, USER } from './server.ts';

/** The same for both; as many sessions as anybody may want, from one address too. */
function optionsOf(port: number, users: string): string[] {
  return ['-S', `127.0.0.1,${port}`, '-l', `puredb:${users}`, '-E', '-A', '-H', '-c', '1000', '-C', '1000'];
}

async function database(home: string, folder: string): Promise<string> {
  const text = join(folder, 'users');
  writeFileSync(text, `${USER}:${HASH}:${UID}:${UID}::${home}/./::::::::::::\n`);
  await buildDatabase(text, `${text}.pdb`);
  chownSync(`${text}.pdb`, UID, UID);
  return `${text}.pdb`;
}

export const ours: ServerKind = {
  name: 'ours',
  kind: 'ours',
  missing: () => undefined,
  async start(home, folder) {
    const users = await database(home, folder);
    return startServer((port) => [...ourProgram('pure-ftpd'), ...optionsOf(port, users), '--user', `${UID}:${UID}`]);
  },
};

export const cPureFtpd: ServerKind = {
  name: 'C pure-ftpd',
  kind: 'peer',
  missing() {
    const found = peer('pure-ftpd');
    return 'missing' in found ? found.missing : undefined;
  },
  async start(home, folder) {
    const users = await database(home, folder);
    return startServer((port) => [peerPath('pure-ftpd'), ...optionsOf(port, users)]);
  },
};
