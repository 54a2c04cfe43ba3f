import { AuthorizerError } from '../errors.ts';

/** The calls a process changes its identity with. */
interface IdentityCalls {
  getgid(): number;
  getgroups(): number[];
  initgroups(user: string, extraGroup: number): void;
  setgroups(groups: readonly number[]): void;
  setegid(gid: number): void;
  seteuid(uid: number): void;
}

const NAMES = ['getgid', 'getgroups', 'initgroups', 'setgroups', 'setegid', 'seteuid'] as const;

/** The identity that is taken on now, how often, and the groups to go back to. */
let assumed: { readonly identity: Identity; readonly groups: readonly number[]; depth: number } | undefined;

/**
 * Who a process can be for a while: user, group and supplementary groups. Changes hold for all threads of the process, and
 * must be undone before anything else gets its turn: no `await` in between.
 */
export class Identity {
  readonly #uid: number;
  readonly #gid: number;
  readonly #groups: readonly number[];

  private constructor(uid: number, gid: number, groups: readonly number[]) {
    this.#uid = uid;
    this.#gid = gid;
    this.#groups = groups;
  }

  /**
   * The identity of an account, with the groups the system says it has. Needs root.
   * @throws AuthorizerError where processes cannot change who they are.
   */
  static of(account: { readonly name: string; readonly uid: number; readonly gid: number }): Identity {
    const calls = identityCalls();
    const own = calls.getgroups();
    try {
      calls.initgroups(account.name, account.gid);
      // What getgroups answers has the effective group in it: it must not be the one of root.
      calls.setegid(account.gid);
      return new Identity(account.uid, account.gid, calls.getgroups());
    } finally {
      calls.setegid(calls.getgid());
      calls.setgroups(own);
    }
  }

  /**
   * Takes the identity on. May be nested, by the same identity only.
   * @throws AuthorizerError when another identity is taken on.
   */
  assume(): void {
    if (assumed !== undefined) {
      if (assumed.identity !== this) throw new AuthorizerError('another identity is taken on already');
      assumed.depth += 1;
      return;
    }
    const calls = identityCalls();
    assumed = { identity: this, groups: calls.getgroups(), depth: 1 };
    try {
      calls.setgroups(this.#groups);
      calls.setegid(this.#gid);
      calls.seteuid(this.#uid);
    } catch (error) {
      this.giveBack();
      throw error;
    }
  }

  /** Goes back to who the process was. When it throws, the process is not who it seems to be, and must end. */
  giveBack(): void {
    if (assumed?.identity !== this) throw new AuthorizerError('this identity is not taken on');
    assumed.depth -= 1;
    if (assumed.depth > 0) return;
    const calls = identityCalls();
    calls.seteuid(0);
    calls.setegid(calls.getgid());
    calls.setgroups(assumed.groups);
    assumed = undefined;
  }
}

function identityCalls(): IdentityCalls {
  const candidate: unknown = process;
  if (!hasIdentityCalls(candidate)) throw new AuthorizerError('a process cannot change who it is here');
  return candidate;
}

/** They are not there on Windows, nor in a worker thread. */
function hasIdentityCalls(candidate: unknown): candidate is IdentityCalls {
  return (
    typeof candidate === 'object' &&
    candidate !== null &&
    NAMES.every((name) => typeof Reflect.get(candidate, name) === 'function')
  );
}
