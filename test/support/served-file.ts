import { chownSync } from 'node:fs';

import { servedAs } from './daemon.ts';
import { bytePath, writeFileNamed } from './tree.ts';

/** A file in the home of the user, and the user's. */
export function writeServed(server: { readonly home: string }, name: string, content: string | Uint8Array): void {
  writeFileNamed(server.home, name, content);
  chownSync(bytePath(server.home, name), servedAs().uid, servedAs().gid);
}
