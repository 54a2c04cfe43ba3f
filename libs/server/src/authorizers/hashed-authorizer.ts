import { dummyVerify, isUncheckableHash, verifyPassword } from '@pure-ftpd/passwords';
import { encodeName } from '@pure-ftpd/protocol';

import { AuthenticationFailed, AuthorizerError } from '../errors.ts';
import type { Client } from '../contract/client.ts';
import { DummyAuthorizer, type UserOptions } from './dummy-authorizer.ts';

/**
 * Compares a password with what is stored of it.
 * @param stored Undefined for an unknown user: take as long as for a known one, and answer false.
 * @param signal Raised when the client has gone: there is nobody left to answer.
 */
export type VerifyPassword = (
  password: Uint8Array,
  stored: string | undefined,
  signal: AbortSignal,
) => boolean | Promise<boolean>;

export interface HashedAuthorizerOptions {
  /**
   * Default: {@link verifyHash}.
   */
  readonly verify?: VerifyPassword;
}

/**
 * Users kept in memory with the hashes of their passwords instead of the passwords.
 *
 * @example
 * const authorizer = new HashedAuthorizer();
 * authorizer.addUser('user', '$argon2id$v=19$m=65536,t=3,p=1$c2FsdHNhbHQ$…', '/srv/ftp/user');
 */
export class HashedAuthorizer extends DummyAuthorizer {
  readonly #verify: VerifyPassword;

  constructor(options: HashedAuthorizerOptions = {}) {
    super();
    this.#verify = options.verify ?? verifyHash;
  }

  /**
   * Adds a user.
   * @param hash What is stored of the password: by default a string as argon2, scrypt or crypt(3) write it.
   * @param home An existing directory.
   * @throws AuthorizerError as {@link DummyAuthorizer.addUser}, and for a hash that nobody can check here.
   */
  override addUser(username: string, hash: string, home: string, options: UserOptions = {}): void {
    if (this.#verify === verifyHash && isUncheckableHash(hash)) {
      throw new AuthorizerError(
        `the hash of ${username} cannot be checked here: crypt(3) or Argon2 needs koffi, or give verify`,
      );
    }
    super.addUser(username, hash, home, options);
  }

  override async validateAuthentication(username: string, password: string, client: Client): Promise<void> {
    if (username === 'anonymous') {
      await super.validateAuthentication(username, password, client);
      return;
    }
    const stored = this.storedPassword(username);
    const matches: unknown = await this.#verify(encodeName(password), stored, client.ending);
    // The answer for an unknown user is no, whatever a function of the caller's says.
    if (stored === undefined || matches !== true) throw new AuthenticationFailed();
  }
}

/**
 * Every scheme that is in use: argon2i and argon2id, scrypt, and through the system's libcrypt whatever else crypt(3) has
 * (yescrypt, bcrypt, SHA-512, …). Off the event loop; how many are computed at once, and their memory, is limited. What is
 * no hash matches nothing.
 */
export function verifyHash(password: Uint8Array, stored: string | undefined, signal: AbortSignal): Promise<boolean> {
  return stored === undefined ? dummyVerify(password, { signal }) : verifyPassword(password, stored, { signal });
}
