import type { Request } from '../command-line.ts';
import { askAndHash } from '../new-hash.ts';
import { readNewPassword } from '@pure-ftpd/cli';
import { print } from '../terminal.ts';

/** Prints the hash of a password, for those who keep users elsewhere (SQL, LDAP). The C tool has no such command. */
export async function hash(request: Request): Promise<void> {
  print(`${await askAndHash(request.hashCost, readNewPassword)}\n`);
}
