// The name of a Unix socket in the file system: of one server at a time, and free when nobody listens any more.
import { closeSync, lstatSync, openSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';

import { isDirectoryLockAvailable, tryLockDirectory } from '@pure-ftpd/posix';

/** Keeps other servers from looking at the same time. @throws SystemError */
export function lockFolder(folder: string): Disposable {
  const descriptor = openSync(folder, 'r');
  const lock = { [Symbol.dispose]: () => closeSync(descriptor) };
  if (!isDirectoryLockAvailable() || tryLockDirectory(descriptor, 'exclusive')) return lock;
  lock[Symbol.dispose]();
  throw systemError('EADDRINUSE', 'another server is about to have it');
}

/** Removes the socket that a server has left that was killed. @throws NodeJS.ErrnoException when there is something else, or somebody listens. */
export async function removeStale(file: string): Promise<void> {
  const status = lstatSync(file, { throwIfNoEntry: false });
  if (status === undefined) return;
  if (!status.isSocket()) throw systemError('EEXIST', 'there is a file that is no socket');
  if (await isServed(file)) throw systemError('EADDRINUSE', 'another server has it');
  unlinkSync(file);
}

function systemError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code, syscall: 'listen' });
}

function isServed(file: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const probe = connect({ path: file });
  probe.once('connect', () => {
    probe.destroy();
    resolve(true);
  });
  // Nobody listens; anything else is somebody who cannot answer now.
  probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'ECONNREFUSED'));
  return promise;
}
