import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';

import { AuthenticationFailed, AuthorizerError } from '../errors.ts';
import type { Client } from '../contract/client.ts';
import type { Authorizer, Permission } from '../contract/authorizer.ts';
import { checkPermissions, READ_PERMISSIONS, WRITE_PERMISSIONS } from './permissions.ts';
import type { UserAccount, UserLimits } from '../contract/account.ts';
import { isUserLimits } from './user-account.ts';
import type { Awaitable } from '../contract/virtual-file.ts';
import { sameSecret } from './same-secret.ts';

export interface UserOptions {
  /** Permission letters; default `elr`. */
  readonly perm?: string;
  /** Said after the login. */
  readonly msgLogin?: string;
  /** Said on QUIT. */
  readonly msgQuit?: string;
  /** What all sessions of the user may take together. */
  readonly limits?: UserLimits;
  /** The home is not a directory of this machine but a path of a file system of another kind: it is taken as it is. */
  readonly virtualHome?: boolean;
}

interface DirectoryRule {
  readonly permissions: string;
  readonly recursive: boolean;
}

interface User {
  readonly password: string;
  readonly home: string;
  readonly permissions: string;
  readonly msgLogin: string | undefined;
  readonly msgQuit: string | undefined;
  readonly limits: UserLimits | undefined;
  readonly virtualHome: boolean;
  readonly rules: Map<string, DirectoryRule>;
}

/** Users kept in memory: the authorizer to begin with, and the base of others. */
export class DummyAuthorizer implements Authorizer {
  readonly #users = new Map<string, User>();

  /**
   * Adds a user.
   * @param home An existing directory, absolute or relative to the working directory.
   * @throws AuthorizerError for a user who exists, a home that does not, or an unknown permission letter.
   */
  addUser(username: string, password: string, home: string, options: UserOptions = {}): void {
    if (this.#users.has(username)) throw new AuthorizerError(`user ${username} already exists`);
    if (username === '') throw new AuthorizerError('a user needs a name');
    const permissions = options.perm ?? READ_PERMISSIONS;
    checkPermissions(permissions);
    this.#users.set(username, {
      password,
      home: options.virtualHome === true ? home : existingDirectory(home),
      permissions,
      msgLogin: options.msgLogin,
      msgQuit: options.msgQuit,
      limits: checkedLimits(options.limits),
      virtualHome: options.virtualHome === true,
      rules: new Map(),
    });
  }

  /**
   * Adds the anonymous user, who needs no password.
   * @throws AuthorizerError as {@link addUser}, and when a permission would let the public write.
   */
  addAnonymous(home: string, options: UserOptions = {}): void {
    for (const letter of options.perm ?? '') {
      if (WRITE_PERMISSIONS.includes(letter)) {
        throw new AuthorizerError(
          `permission ${letter} lets anonymous users write: use addUser('anonymous', …) if that is meant`,
        );
      }
    }
    this.addUser('anonymous', '', home, options);
  }

  /** Forgets a user. Sessions already open stay. */
  removeUser(username: string): void {
    if (!this.#users.delete(username)) throw new AuthorizerError(`no user ${username}`);
  }

  /**
   * Gives a user other permissions in one directory.
   * @param directory An existing directory inside the user's home; for a virtual home, a path inside it, whatever is there.
   * @param recursive Whether they hold below it, too.
   */
  overridePerm(username: string, directory: string, perm: string, recursive = false): void {
    const user = this.#user(username);
    checkPermissions(perm);
    const real = user.virtualHome ? path.posix.resolve('/', directory) : existingDirectory(directory);
    if (real === user.home)
      throw new AuthorizerError(`${directory} is the home of ${username}: its permissions are the user's own`);
    if (!isInside(real, user.home)) throw new AuthorizerError(`${directory} is outside the home of ${username}`);
    user.rules.set(real, { permissions: perm, recursive });
  }

  validateAuthentication(username: string, password: string, _client: Client): Awaitable<UserAccount | boolean | void> {
    const user = this.#users.get(username);
    if (user !== undefined && username === 'anonymous') return;
    // An unknown user is compared with something, so that the answer takes the same time.
    const matches = sameSecret(password, user?.password ?? 'no such user');
    if (user === undefined || !matches) {
      throw new AuthenticationFailed(username === 'anonymous' ? 'Anonymous access is not allowed.' : '');
    }
  }

  hasUser(username: string): boolean {
    return this.#users.has(username);
  }

  getHomeDir(username: string): Awaitable<string> {
    return this.#user(username).home;
  }

  hasPerm(username: string, permission: Permission, file?: string): Awaitable<boolean> {
    const user = this.#users.get(username);
    if (user === undefined) return false;
    if (file === undefined || user.rules.size === 0) return user.permissions.includes(permission);
    return permissionsFor(user, file).includes(permission);
  }

  getPerms(username: string): Awaitable<string> {
    return this.#user(username).permissions;
  }

  getMsgLogin(username: string): Awaitable<string | undefined> {
    return this.#user(username).msgLogin;
  }

  getMsgQuit(username: string): Awaitable<string | undefined> {
    return this.#users.get(username)?.msgQuit;
  }

  getLimits(username: string): Awaitable<UserLimits | undefined> {
    return this.#users.get(username)?.limits;
  }

  /** What {@link addUser} was given as password; undefined for an unknown user. For subclasses that compare it otherwise. */
  protected storedPassword(username: string): string | undefined {
    return this.#users.get(username)?.password;
  }

  #user(username: string): User {
    const user = this.#users.get(username);
    if (user === undefined) throw new AuthorizerError(`no user ${username}`);
    return user;
  }
}

/** The permissions that hold for a file: those of the closest directory above it that has a rule. */
function permissionsFor(user: User, file: string): string {
  const own = user.rules.get(file);
  if (own !== undefined) return own.permissions;
  let distance = 1;
  for (let directory = path.dirname(file); isInside(directory, user.home); directory = path.dirname(directory)) {
    const rule = user.rules.get(directory);
    if (rule !== undefined && (rule.recursive || distance === 1)) return rule.permissions;
    if (directory === user.home || directory === path.dirname(directory)) break;
    distance += 1;
  }
  return user.permissions;
}

function isInside(directory: string, home: string): boolean {
  return directory === home || directory.startsWith(home.endsWith(path.sep) ? home : home + path.sep);
}

function checkedLimits(limits: UserLimits | undefined): UserLimits | undefined {
  if (limits === undefined || isUserLimits(limits)) return limits;
  throw new AuthorizerError('limits are numbers, 0 or above');
}

function existingDirectory(directory: string): string {
  try {
    const real = realpathSync(directory);
    if (statSync(real).isDirectory()) return real;
  } catch (error) {
    throw new AuthorizerError(`no such directory: ${directory}`, { cause: error });
  }
  throw new AuthorizerError(`not a directory: ${directory}`);
}
