// Who is logged in to a session: the file system of the user, from PASS to REIN, a new USER or the end.
import type { SessionCharsets } from '@pure-ftpd/protocol';

import type { UserAccount } from '../contract/account.ts';
import type { Authorizer } from '../contract/authorizer.ts';
import type { SessionEventBody } from '../contract/events.ts';
import type { FileSystem } from '../contract/file-system.ts';
import type { UserCalls } from '../contract/user-code.ts';
import type { Awaitable } from '../contract/virtual-file.ts';
import { convertedNames } from '../filesystem/converted-names.ts';
import { wrongAnswer } from '../user-code/user-code.ts';

/** What an account needs of its session. */
export interface AccountOwner {
  readonly userCode: UserCalls;
  username: string;
  account: UserAccount | undefined;
  readonly settings: { readonly charsets: SessionCharsets | undefined };
  authenticated: boolean;
  attemptedLogins: number;
  cwd: string;
  readonly closed: boolean;
  openFileSystem(username: string): Awaitable<FileSystem>;
  event(body: SessionEventBody): void;
  onLogin(username: string): Awaitable<void>;
  onLogout(username: string): Awaitable<void>;
}

/** The error that ends waiting when a session is over. Shared, since creating an error takes longer than a command. */
export const OVER = new Error('the session is over');

/** The user of one session. */
export class Account {
  readonly #owner: AccountOwner;
  #fs: FileSystem | undefined;
  #password = '';

  constructor(owner: AccountOwner) {
    this.#owner = owner;
  }

  /** @throws while nobody is logged in. */
  get fs(): FileSystem {
    if (this.#fs === undefined) throw new Error('nobody is logged in');
    return this.#fs;
  }

  /** The password of the login, for authorizers that act as the user. */
  get password(): string {
    return this.#password;
  }

  /**
   * Makes the user who has been admitted this session's.
   * @throws What `openFileSystem` and `onLogin` throw; {@link leave} undoes the login then.
   */
  async enter(username: string, password: string, account: UserAccount | undefined): Promise<void> {
    const owner = this.#owner;
    this.#password = password;
    if (account !== undefined) {
      owner.account = account;
      owner.username = account.name;
    }
    let fs: FileSystem;
    try {
      fs = await this.#open(username);
      const disk = owner.settings.charsets?.disk;
      if (disk !== undefined) fs = convertedNames(fs, disk);
    } catch (error) {
      this.#password = '';
      owner.account = undefined;
      throw error;
    }
    if (owner.closed) {
      await fs.close();
      throw OVER;
    }
    this.#fs = fs;
    owner.cwd = fs.home;
    owner.authenticated = true;
    owner.attemptedLogins = 0;
    owner.event({ type: 'login', username });
    await owner.userCode.ask('onLogin', () => owner.onLogin(username));
  }

  async #open(username: string): Promise<FileSystem> {
    const owner = this.#owner;
    let opening: Awaitable<FileSystem> | undefined;
    try {
      const opened: unknown = await owner.userCode.ask('openFileSystem', () => {
        opening = owner.openFileSystem(username);
        return opening;
      });
      if (!isFileSystem(opened)) throw wrongAnswer('openFileSystem', opened, 'a file system');
      return opened;
    } catch (error) {
      // One that comes too late is nobody's.
      void Promise.resolve(opening)
        .then(async (late: unknown) => (isFileSystem(late) ? late.close() : undefined))
        .catch(() => undefined);
      throw error;
    }
  }

  /**
   * Forgets the user.
   * @param forget Sets back what the session knows of the user.
   */
  async leave(forget: () => void): Promise<void> {
    const owner = this.#owner;
    const { username, account, authenticated } = owner;
    const fs = this.#fs;
    this.#fs = undefined;
    this.#password = '';
    forget();
    // Who it was is known to the hooks that are told of it.
    owner.username = username;
    owner.account = account;
    if (fs !== undefined) await owner.userCode.tell('close of the file system', () => fs.close());
    if (authenticated) {
      owner.event({ type: 'logout', username });
      await owner.userCode.tell('onLogout', () => owner.onLogout(username));
    }
    if (owner.closed) return;
    owner.username = '';
    owner.account = undefined;
  }

  /** Runs a synchronous file operation as the user, where the authorizer can take on an identity. */
  runAs<T>(authorizer: Pick<Authorizer, 'impersonateUser' | 'terminateImpersonation'>, operation: () => T): T {
    if (authorizer.impersonateUser === undefined) return operation();
    const { username } = this.#owner;
    const answer: unknown = authorizer.impersonateUser(username, this.#password);
    // Whoever promises to be somebody later is nobody now, and everybody else's operation would be done as that user then.
    if (answer !== undefined) throw wrongAnswer('impersonateUser', answer, 'nothing, at once');
    try {
      return operation();
    } finally {
      authorizer.terminateImpersonation?.(username);
    }
  }
}

/** As far as it shows before it is used. */
function isFileSystem(answer: unknown): answer is FileSystem {
  return typeof answer === 'object' && answer !== null && 'home' in answer && 'resolve' in answer && 'close' in answer;
}
