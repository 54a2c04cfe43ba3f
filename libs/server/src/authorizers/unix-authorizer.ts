import { AuthenticationFailed, AuthorizerError } from '../errors.ts';
import type { Client } from '../contract/client.ts';
import { encodeName } from '@pure-ftpd/protocol';
import type { Authorizer, Permission } from '../contract/authorizer.ts';
import { checkPermissions } from './permissions.ts';
import { type VerifyPassword, verifyHash } from './hashed-authorizer.ts';
import { Identity } from './identity.ts';
import { sameSecret } from './same-secret.ts';
import { systemAccounts, type UnixAccount, type UnixAccounts } from './unix-accounts.ts';

const ANONYMOUS = 'anonymous';

export interface UnixAuthorizerOptions {
  /** Permissions of everybody but the anonymous user; default all. */
  readonly globalPerm?: string;
  /** Only these may log in; without it, all who are not rejected. */
  readonly allowedUsers?: readonly string[];
  /** These may not log in. */
  readonly rejectedUsers?: readonly string[];
  /** Only users whose shell is in /etc/shells may log in; default true. */
  readonly requireValidShell?: boolean;
  /** The account anonymous users are served as; without it there are none. */
  readonly anonymousUser?: string;
  /** Said after the login. */
  readonly msgLogin?: string;
  /** Said on QUIT. */
  readonly msgQuit?: string;
  /** Where accounts are looked up; default {@link systemAccounts}. */
  readonly accounts?: UnixAccounts;
  /** How a password is compared with its hash; default {@link verifyHash}. */
  readonly verify?: VerifyPassword;
  /**
   * Whether files are touched with the identity of the user (default), or with that of the process. With `false` the server
   * need not be root, and does not protect the files of users from each other beyond their homes.
   */
  readonly impersonate?: boolean;
}

/** What can be said otherwise for one user. */
export interface UnixUserOverride {
  /** The password, instead of that of the account. */
  readonly password?: string;
  readonly homeDir?: string;
  readonly perm?: string;
  readonly msgLogin?: string;
  readonly msgQuit?: string;
}

/**
 * The accounts of the Unix system, with their passwords and homes. Each file operation is done with the identity of the
 * user: user, group and all supplementary groups of the process are changed for it and back again.
 *
 * Needs root. Its limits: the identity is that of the whole process while the operation runs, so whatever else works in
 * other threads at that moment has it, too; a process that listens to the internet as root has more to lose than one
 * that cannot get its privileges back, which is how the program `pure-ftpd` works. Passwords are compared with shadow(5);
 * whether an account has expired, or PAM would have something to say, is not asked.
 *
 * @example
 * const authorizer = new UnixAuthorizer({ rejectedUsers: ['root'] });
 * authorizer.overrideUser('matt', { perm: 'elr' });
 */
export class UnixAuthorizer implements Authorizer {
  readonly impersonateUser?: (username: string, password: string) => void;
  readonly terminateImpersonation?: (username: string) => void;
  readonly #options: UnixAuthorizerOptions;
  readonly #accounts: UnixAccounts;
  readonly #verify: VerifyPassword;
  readonly #overrides = new Map<string, UnixUserOverride>();
  /** The accounts of who has logged in, by login. */
  readonly #known = new Map<string, { readonly account: UnixAccount; readonly identity: Identity | undefined }>();

  /** @throws AuthorizerError when identities are to be changed and the process is not root, or for an unknown permission. */
  constructor(options: UnixAuthorizerOptions = {}) {
    checkPermissions(options.globalPerm ?? '');
    this.#options = options;
    this.#accounts = options.accounts ?? systemAccounts;
    this.#verify = options.verify ?? verifyHash;
    if (options.impersonate === false) return;
    if (process.geteuid?.() !== 0) throw new AuthorizerError('super user privileges are required');
    this.impersonateUser = (username) => this.#identity(username).assume();
    this.terminateImpersonation = (username) => this.#identity(username).giveBack();
  }

  /** @throws AuthorizerError for an account in the options that is not there: a name misspelt there keeps nobody out. */
  async check(): Promise<void> {
    const { allowedUsers = [], rejectedUsers = [], anonymousUser } = this.#options;
    const named = [...allowedUsers, ...rejectedUsers, ...(anonymousUser === undefined ? [] : [anonymousUser])];
    for (const login of named) {
      if ((await this.#accounts.find(login)) === undefined) throw new AuthorizerError(`no such account: ${login}`);
    }
  }

  /**
   * Says something else for one user. Called again, it adds to what was said.
   * @throws AuthorizerError for an unknown permission.
   */
  overrideUser(username: string, override: UnixUserOverride): void {
    checkPermissions(override.perm ?? '');
    this.#overrides.set(username, { ...this.#overrides.get(username), ...override });
  }

  async validateAuthentication(username: string, password: string, client: Client): Promise<void> {
    const { anonymousUser } = this.#options;
    if (username === ANONYMOUS) {
      if (anonymousUser === undefined) throw new AuthenticationFailed('Anonymous access is not allowed.');
      const account = await this.#accounts.find(anonymousUser);
      if (account === undefined) throw new AuthorizerError(`no such account: ${anonymousUser}`);
      this.#remember(username, account);
      return;
    }
    const account = this.#isRejected(username) ? undefined : await this.#accounts.find(username);
    const matches: unknown = await this.#matches(account, username, password, client);
    // One answer for all, so that none tells which accounts there are.
    if (account === undefined || matches !== true || !(await this.#hasValidShell(account)))
      throw new AuthenticationFailed();
    this.#remember(username, account);
  }

  /** @throws AuthorizerError for who has not logged in. */
  getHomeDir(username: string): string {
    return this.#overrides.get(username)?.homeDir ?? this.#account(username).home;
  }

  hasPerm(username: string, permission: Permission): boolean {
    return this.getPerms(username).includes(permission);
  }

  getPerms(username: string): string {
    const usual = username === ANONYMOUS ? 'elr' : (this.#options.globalPerm ?? 'elradfmwMT');
    return this.#overrides.get(username)?.perm ?? usual;
  }

  getMsgLogin(username: string): string | undefined {
    return this.#overrides.get(username)?.msgLogin ?? this.#options.msgLogin;
  }

  getMsgQuit(username: string): string | undefined {
    return this.#overrides.get(username)?.msgQuit ?? this.#options.msgQuit;
  }

  #isRejected(username: string): boolean {
    const { allowedUsers, rejectedUsers } = this.#options;
    return (allowedUsers?.includes(username) ?? true) ? (rejectedUsers?.includes(username) ?? false) : true;
  }

  async #matches(
    account: UnixAccount | undefined,
    username: string,
    password: string,
    client: Client,
  ): Promise<boolean> {
    const own = this.#overrides.get(username)?.password;
    if (own !== undefined && account !== undefined) return sameSecret(password, own);
    const hash = account === undefined ? undefined : await this.#accounts.passwordHash(username);
    return this.#verify(encodeName(password), hash, client.ending);
  }

  async #hasValidShell(account: UnixAccount): Promise<boolean> {
    if (this.#options.requireValidShell === false) return true;
    const shells = await this.#accounts.shells();
    // An empty shell field means /bin/sh: passwd(5).
    return shells === undefined || shells.includes(account.shell === '' ? '/bin/sh' : account.shell);
  }

  #remember(username: string, account: UnixAccount): void {
    const identity = this.#options.impersonate === false ? undefined : Identity.of(account);
    this.#known.set(username, { account, identity });
  }

  #account(username: string): UnixAccount {
    const known = this.#known.get(username);
    if (known === undefined) throw new AuthorizerError(`${username} has not logged in`);
    return known.account;
  }

  #identity(username: string): Identity {
    const identity = this.#known.get(username)?.identity;
    if (identity === undefined) throw new AuthorizerError(`${username} has not logged in`);
    return identity;
  }
}
