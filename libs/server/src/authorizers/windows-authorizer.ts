import type { UserAccount } from '../contract/account.ts';
import type { Authorizer } from '../contract/authorizer.ts';
import { AuthenticationFailed, AuthorizerError } from '../errors.ts';
import { checkPermissions } from './permissions.ts';
import { type WindowsAccounts, windowsAccounts, type WindowsLogon } from './windows-accounts.ts';

const ANONYMOUS = 'anonymous';

/** Names that say where the account is, or end where others go on. */
const NOT_PLAIN = /[\\/@\0]/;

export interface WindowsAuthorizerOptions {
  /** Permissions of everybody but the anonymous user; default all. */
  readonly globalPerm?: string;
  /** Only these may log in; without it, all who are not rejected. */
  readonly allowedUsers?: readonly string[];
  /** These may not log in. */
  readonly rejectedUsers?: readonly string[];
  /** The account anonymous users are served as, with its password; without it there are none. */
  readonly anonymousUser?: string;
  readonly anonymousPassword?: string;
  /** Where accounts are; `.`, which is this machine, unless told. */
  readonly domain?: string;
  /** Said after the login. */
  readonly msgLogin?: string;
  /** Said on QUIT. */
  readonly msgQuit?: string;
  /** What can be said otherwise for some users, by the names of their accounts. */
  readonly users?: Readonly<Record<string, Partial<Omit<UserAccount, 'name'>>>>;
  /** Whether files are touched as the user (default), or as the process. */
  readonly impersonate?: boolean;
  /** Where passwords are compared; default {@link windowsAccounts}. */
  readonly accounts?: WindowsAccounts;
}

/**
 * The accounts of Windows, with their passwords and profile folders. Each file operation is done as the user: the thread takes on the
 * token of the login for it, and gives it back.
 *
 * Needs koffi, and an account that may impersonate others, as services and administrators may. Users need the right to log on locally.
 * Names are plain: `DOMAIN\user` and `user@domain` are refused, so that a rejected user has one name.
 *
 * @example
 * const authorizer = new WindowsAuthorizer({ rejectedUsers: ['Administrator', 'Guest'] });
 */
export class WindowsAuthorizer implements Authorizer {
  readonly impersonateUser?: (username: string) => void;
  readonly terminateImpersonation?: () => void;
  readonly #options: WindowsAuthorizerOptions;
  readonly #accounts: WindowsAccounts;
  readonly #logons = new Map<string, WindowsLogon>();
  /** Who is impersonated now, and how often. */
  #impersonated: { readonly username: string; depth: number } | undefined;

  /** @throws AuthorizerError for an unknown permission. */
  constructor(options: WindowsAuthorizerOptions = {}) {
    const { globalPerm = '', users = {} } = options;
    for (const letters of [globalPerm, ...Object.values(users).map(({ permissions = '' }) => permissions)])
      checkPermissions(letters);
    this.#options = options;
    this.#accounts = options.accounts ?? windowsAccounts;
    if (options.impersonate === false) return;
    this.impersonateUser = (username) => this.#impersonate(username);
    this.terminateImpersonation = () => this.#endImpersonation();
  }

  /** @throws AuthorizerError elsewhere than on Windows, and without koffi. */
  check(): void {
    if (!this.#accounts.isAvailable) throw new AuthorizerError('accounts of Windows need Windows, and koffi');
  }

  async validateAuthentication(username: string, password: string): Promise<UserAccount> {
    if (username === ANONYMOUS) return this.#anonymous();
    // Without a password an account may be open at the machine, and at no other place.
    if (password === '' || password.includes('\0') || NOT_PLAIN.test(username)) throw new AuthenticationFailed();
    const logon = await this.#logOn(username, password);
    // One answer for all, so that none tells which accounts there are.
    if (logon === undefined) throw new AuthenticationFailed();
    if (!this.#isAdmitted(logon.name)) {
      logon.close();
      throw new AuthenticationFailed();
    }
    return this.#admitted(logon.name, logon, this.#options.globalPerm ?? 'elradfmwMT');
  }

  getHomeDir(username: string): never {
    throw new AuthorizerError(`${username} has an account, which says it`);
  }

  hasPerm(): boolean {
    return false;
  }

  getPerms(): string {
    return '';
  }

  getMsgLogin(): undefined {
    return undefined;
  }

  getMsgQuit(): undefined {
    return undefined;
  }

  async #anonymous(): Promise<UserAccount> {
    const { anonymousUser, anonymousPassword = '' } = this.#options;
    if (anonymousUser === undefined) throw new AuthenticationFailed('Anonymous access is not allowed.');
    const logon = await this.#logOn(anonymousUser, anonymousPassword);
    if (logon === undefined) throw new AuthorizerError(`${anonymousUser} cannot log on`);
    return this.#admitted(ANONYMOUS, logon, 'elr');
  }

  async #logOn(name: string, password: string): Promise<WindowsLogon | undefined> {
    return this.#accounts.logOn(name, this.#options.domain ?? '.', password);
  }

  /** Windows takes no notice of case. */
  #isAdmitted(name: string): boolean {
    const { allowedUsers, rejectedUsers = [] } = this.#options;
    const isIn = (names: readonly string[]): boolean => names.some((one) => one.toLowerCase() === name.toLowerCase());
    return (allowedUsers === undefined || isIn(allowedUsers)) && !isIn(rejectedUsers);
  }

  #admitted(name: string, logon: WindowsLogon, permissions: string): UserAccount {
    const { msgLogin, msgQuit, users = {} } = this.#options;
    const own = Object.entries(users).find(([one]) => one.toLowerCase() === name.toLowerCase())?.[1];
    try {
      return {
        permissions,
        ...(msgLogin === undefined ? {} : { msgLogin }),
        ...(msgQuit === undefined ? {} : { msgQuit }),
        ...own,
        home: own?.home ?? logon.profile,
        name,
      };
    } finally {
      this.#remember(name, logon);
    }
  }

  /** The newest login of an account is that of all its sessions. */
  #remember(name: string, logon: WindowsLogon): void {
    this.#logons.get(name)?.close();
    this.#logons.delete(name);
    if (this.impersonateUser === undefined) logon.close();
    else this.#logons.set(name, logon);
  }

  #impersonate(username: string): void {
    if (this.#impersonated !== undefined) {
      if (this.#impersonated.username !== username) throw new AuthorizerError('another user is impersonated already');
      this.#impersonated.depth += 1;
      return;
    }
    const logon = this.#logons.get(username);
    if (logon === undefined) throw new AuthorizerError(`${username} has not logged in`);
    logon.impersonate();
    this.#impersonated = { username, depth: 1 };
  }

  /** When it throws, the process is not who it seems to be, and must end. */
  #endImpersonation(): void {
    if (this.#impersonated === undefined) throw new AuthorizerError('nobody is impersonated');
    this.#impersonated.depth -= 1;
    if (this.#impersonated.depth > 0) return;
    this.#impersonated = undefined;
    this.#accounts.endImpersonation();
  }
}
