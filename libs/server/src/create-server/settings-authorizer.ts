// Users as settings name them.
import { realpathSync, statSync } from 'node:fs';

import { encodeName } from '@pure-ftpd/protocol';

import { verifyHash } from '../authorizers/hashed-authorizer.ts';
import { checkPermissions } from '../authorizers/permissions.ts';
import { sameSecret } from '../authorizers/same-secret.ts';
import { isUserLimits } from '../authorizers/user-account.ts';
import type { UserAccount, UserLimits } from '../contract/account.ts';
import type { Authorizer } from '../contract/authorizer.ts';
import type { Client } from '../contract/client.ts';
import { AuthenticationFailed, AuthorizerError } from '../errors.ts';
import type { QuotaLimits } from '../quota/quota-store.ts';

/** A user of {@link ServerSettings}. */
export interface UserSettings {
  /** In clear; or give `hash`. */
  readonly password?: string;
  /** What `hashPassword` has made of the password, or what argon2, scrypt or crypt(3) write. */
  readonly hash?: string;
  /** A folder of the user's own, instead of that of all. */
  readonly root?: string;
  /** Letters of permissions; `elr`, to read only, unless told. */
  readonly permissions?: string;
  /** Other letters in a folder and all below it, by its virtual path. */
  readonly folders?: Readonly<Record<string, string>>;
  /** Said after the login. */
  readonly msgLogin?: string;
  /** What all sessions of the user may take together. */
  readonly limits?: UserLimits;
  /** What there may be in the folder, counted for all who have it. */
  readonly quota?: QuotaLimits;
}

/** Users by name: settings, or a password in clear. */
export type Users = Readonly<Record<string, string | UserSettings>>;

/** An account, with what there may be in its home. */
export interface CountedUser extends UserAccount {
  readonly quota?: QuotaLimits;
}

interface KnownUser {
  readonly settings: UserSettings;
  readonly account: CountedUser;
}

/** Knows the users of settings, and answers with their accounts. */
export class SettingsAuthorizer implements Authorizer {
  readonly #users = new Map<string, KnownUser>();
  /** Whether to say no takes the time that a hash takes. */
  readonly #hasHashes: boolean;

  /** @throws AuthorizerError for a user without a folder or a password, and for what is no permission or limit. */
  constructor(users: Users, root: string | undefined) {
    for (const [name, given] of Object.entries(users)) {
      const settings = typeof given === 'string' ? { password: given } : given;
      this.#users.set(name, { settings, account: accountOf(name, settings, root) });
    }
    this.#hasHashes = [...this.#users.values()].some(({ settings }) => settings.hash !== undefined);
  }

  async validateAuthentication(username: string, password: string, client: Client): Promise<UserAccount> {
    const user = this.#users.get(username);
    // Else who is known would be told from who is not by how long the answer takes.
    if (this.#hasHashes && username !== 'anonymous' && user?.settings.hash === undefined)
      await verifyHash(encodeName(password), undefined, client.ending);
    if (!(await isPassword(user?.settings, username, password, client)) || user === undefined)
      throw new AuthenticationFailed();
    return user.account;
  }

  getHomeDir(username: string): string {
    return this.#account(username).home;
  }

  hasPerm(): boolean {
    // Asked of who has no account of these: nobody.
    return false;
  }

  getPerms(username: string): string {
    return this.#account(username).permissions;
  }

  getMsgLogin(username: string): string | undefined {
    return this.#account(username).msgLogin;
  }

  getMsgQuit(): undefined {
    return undefined;
  }

  #account(username: string): UserAccount {
    const user = this.#users.get(username);
    if (user === undefined) throw new AuthorizerError(`no user ${username}`);
    return user.account;
  }
}

/** An unknown user is compared with something, so that the answer takes the same time. */
async function isPassword(
  settings: UserSettings | undefined,
  username: string,
  password: string,
  client: Client,
): Promise<boolean> {
  if (settings?.hash !== undefined) return verifyHash(encodeName(password), settings.hash, client.ending);
  // The anonymous one, who needs none.
  if (settings !== undefined && settings.password === undefined) return username === 'anonymous';
  return sameSecret(password, settings?.password ?? 'no such user') && settings !== undefined;
}

function accountOf(name: string, settings: UserSettings, root: string | undefined): CountedUser {
  const { permissions = 'elr', folders, msgLogin, limits, quota, password, hash } = settings;
  if (name !== 'anonymous' && (password ?? hash ?? '') === '') throw new AuthorizerError(`${name} needs a password`);
  for (const letters of [permissions, ...Object.values(folders ?? {})]) checkPermissions(letters);
  if (limits !== undefined && !isUserLimits(limits))
    throw new AuthorizerError(`limits of ${name} are numbers, 0 or above`);
  if (quota !== undefined && !isQuota(quota))
    throw new AuthorizerError(`the quota of ${name} is { files, bytes }, numbers, 0 or above`);
  return {
    name,
    home: folderOf(name, settings.root ?? root),
    permissions,
    ...(folders === undefined ? {} : { folders }),
    ...(msgLogin === undefined ? {} : { msgLogin }),
    ...(limits === undefined ? {} : { limits }),
    ...(quota === undefined ? {} : { quota }),
  };
}

/** As programs without types may say it. */
function isQuota(quota: QuotaLimits): boolean {
  return Object.entries(quota).every(([name, value]) => (name === 'files' || name === 'bytes') && isLimit(value));
}

function isLimit(value: unknown): boolean {
  return value === undefined || (typeof value === 'number' && value >= 0);
}

function folderOf(name: string, root: string | undefined): string {
  if (root === undefined) throw new AuthorizerError(`${name} needs a folder: give root`);
  try {
    const real = realpathSync(root);
    if (statSync(real).isDirectory()) return real;
  } catch (error) {
    throw new AuthorizerError(`no such directory: ${root}`, { cause: error });
  }
  throw new AuthorizerError(`not a directory: ${root}`);
}
