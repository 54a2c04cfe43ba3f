import { argon2Sync, randomBytes } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { buildDatabase } from '@pure-ftpd/puredb';

/** A virtual user of a database of ours. */
export interface VirtualUser {
  readonly login: string;
  readonly password: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  /** How many files it may have; any number unless told. */
  readonly maxFiles?: number;
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}

/** An argon2id hash that costs next to nothing, so that a test may log in often; every server takes it. */
function cheapHash(password: string): string {
  const nonce = randomBytes(16);
  const setting = { message: password, nonce, parallelism: 1, tagLength: 32, memory: 64, passes: 1 };
  const hash = argon2Sync('argon2id', setting);
  return `$argon2id$v=19$m=64,t=1,p=1$${unpadded(nonce)}$${unpadded(hash)}`;
}

/**
 * Makes `users.passwd` and `users.pdb` in a folder.
 * @returns path of the database
 */
export async function createUserDatabase(folder: string, users: readonly VirtualUser[]): Promise<string> {
  const text = join(folder, 'users.passwd');
  const database = join(folder, 'users.pdb');
  const lines = users.map(
    ({ login, password, uid, gid, home, maxFiles = '' }) =>
      `${login}:${cheapHash(password)}:${uid}:${gid}::${home}/./${':'.repeat(6)}${maxFiles}${':'.repeat(6)}\n`,
  );
  writeFileSync(text, lines.join(''), { mode: 0o600 });
  await buildDatabase(text, database);
  // The server may have given up root before it reads the database.
  chmodSync(database, 0o644);
  return database;
}
