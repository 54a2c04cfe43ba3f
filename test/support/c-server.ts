import { chownSync, mkdirSync } from 'node:fs';

import { freePort, NamespacedProcess, peerPath, tempFolder } from '@pure-ftpd/peers';
import { RawClient, untilTrue } from '@pure-ftpd/testing';

import { LOGIN, PASSWORD, servedAs } from './daemon.ts';
import { createUserDatabase } from './user-database.ts';

/** The C server with the same user as the daemon: what a client cannot do with it either is the client's. */
export interface CServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly home: string;
}

/** Starts the C server as the daemon is started, with more options. Needs root and the peer `pure-ftpd`. */
export async function startCServer(
  host: '127.0.0.1' | '::1' = '127.0.0.1',
  args: readonly string[] = [],
): Promise<CServer> {
  const folder = tempFolder();
  const home = folder.file('home');
  const { uid, gid } = servedAs();
  mkdirSync(home);
  chownSync(home, uid, gid);
  const database = await createUserDatabase(folder.path, [{ login: LOGIN, password: PASSWORD, uid, gid, home }]);
  const port = await freePort();
  const address = ['-S', `${host},${port}`];
  const server = new NamespacedProcess([
    peerPath('pure-ftpd'),
    ...address,
    '-l',
    `puredb:${database}`,
    '-A',
    '-E',
    '-H',
    ...args,
  ]);
  const stop = async (): Promise<void> => {
    await server.stop();
    folder.remove();
  };
  try {
    await untilTrue('the C server greets', () => greets(port, host));
  } catch (error) {
    await stop();
    throw error;
  }
  return { host, port, home, [Symbol.asyncDispose]: stop };
}

/** Whether a server greets there by now. */
export async function greets(port: number, host: string): Promise<boolean> {
  try {
    const client = await RawClient.connect(port, host);
    try {
      await client.reply();
      return true;
    } finally {
      client.close();
    }
  } catch {
    return false; // nobody listens yet
  }
}
