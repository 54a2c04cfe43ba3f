// Making the home of an account that has none (-j) [server-behaviour §6.3].
import {
  chmodSync,
  chownSync,
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  type Stats,
} from 'node:fs';

import { isSystemCode, O_DIRECTORY, O_NOFOLLOW, O_PATH, SystemError } from '@pure-ftpd/posix';
import { decodeName, encodeName } from '@pure-ftpd/protocol';

/** Needs no permission to read the directory. */
const OPEN = O_PATH | O_DIRECTORY | O_NOFOLLOW;
const PARENT_MODE = 0o755;
/** Until it has its mode and its owner nobody else has a way in. */
const FIRST_MODE = 0o700;
/** Permissions, but for the bit that directories have from their parent. */
const OWN_BITS = 0o5777;
/** Names of one path, those of its links included; the kernel follows 40 links. */
const MAX_STEPS = 1000;
const MAX_LINKS = 40;
const WRITABLE_BY_OTHERS = 0o022;

export interface HomeOptions {
  readonly uid: number;
  readonly gid: number;
  /** Permissions of the home: 0777 without the mask of directories. */
  readonly mode: number;
}

/**
 * Makes the home of an account, if there is nothing of that name: missing parents with mode 0755 for root, the home with the
 * given mode for its user. What is there already is left as it is. As root, before anybody is served from it.
 *
 * It goes from directory to directory by descriptors, and never through a link that somebody else than root could have made
 * or changed, so that nobody can have directories made, or given away, elsewhere.
 *
 * @param home The whole path, a `/./` in it included; by the surrogateescape rule.
 * @returns Whether it was made.
 * @throws NodeJS.ErrnoException, SystemError when it cannot be made: ELOOP for a link that is not trusted, ENOTDIR.
 */
export function createHome(home: string, { uid, gid, mode }: HomeOptions): boolean {
  if (!home.startsWith('/')) throw new SystemError('EINVAL', 'mkdir', { path: home });
  try {
    using walk = new Walk();
    const names = namesOf(home);
    let made = false;
    while (names.length > 0) {
      made = walk.enter(names);
      if (made && names.length > 0) walk.setMode(PARENT_MODE);
    }
    if (!made) return false;
    walk.setMode(mode);
    walk.giveTo(uid, gid);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (typeof code !== 'string') throw error;
    throw new SystemError(code, 'mkdir', { path: home, cause: error });
  }
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

/** Where the way to a home has led so far. */
class Walk implements Disposable {
  #directory = openSync('/', OPEN);
  #links = 0;
  #steps = 0;

  get #here(): string {
    return `/proc/self/fd/${this.#directory}`;
  }

  /**
   * Takes the first name off and enters it; a link that is trusted puts its own names there instead.
   * @returns Whether the directory was made, with {@link FIRST_MODE}.
   */
  enter(names: string[]): boolean {
    const name = names.shift() ?? '.';
    if ((this.#steps += 1) > MAX_STEPS) throw new SystemError('ENAMETOOLONG', 'mkdir');
    const at = Buffer.concat([Buffer.from(`${this.#here}/`), encodeName(name)]);
    const made = makeDirectory(at);
    try {
      this.#move(openSync(at, OPEN));
    } catch (error) {
      if (made || !isSystemCode(error, 'ENOTDIR')) throw error;
      const target = this.#trustedLink(at);
      if (target === undefined) throw error;
      if (target.startsWith('/')) this.#move(openSync('/', OPEN));
      names.unshift(...namesOf(target));
      return false;
    }
    if (made) this.#checkOwn();
    return made;
  }

  setMode(mode: number): void {
    chmodSync(this.#here, mode);
  }

  giveTo(uid: number, gid: number): void {
    chownSync(this.#here, uid, gid);
  }

  [Symbol.dispose](): void {
    closeSync(this.#directory);
  }

  #move(directory: number): void {
    closeSync(this.#directory);
    this.#directory = directory;
  }

  /** Where a link leads that only root can have put where it is; undefined for what is no link. */
  #trustedLink(at: Buffer): string | undefined {
    let target: string;
    try {
      target = decodeName(readlinkSync(at, { encoding: 'buffer' }));
    } catch (error) {
      if (isSystemCode(error, 'EINVAL')) return undefined;
      throw error;
    }
    this.#links += 1;
    if (this.#links > MAX_LINKS || !isOfRootOnly(fstatSync(this.#directory))) throw new SystemError('ELOOP', 'mkdir');
    return target;
  }

  /** What was made must be what was entered: new, empty, ours. Whoever may write to the parent could have changed it. */
  #checkOwn(): void {
    const { uid, mode } = fstatSync(this.#directory);
    const isOwn = uid === process.geteuid?.() && (mode & OWN_BITS) === FIRST_MODE;
    if (!isOwn || readdirSync(this.#here).length > 0) throw new SystemError('EPERM', 'mkdir');
  }
}

function isOfRootOnly({ uid, mode }: Stats): boolean {
  return uid === 0 && (mode & WRITABLE_BY_OTHERS) === 0;
}

/** Whether there was nothing of that name, and now there is a directory. */
function makeDirectory(at: Buffer): boolean {
  try {
    mkdirSync(at, FIRST_MODE);
    return true;
  } catch (error) {
    if (isSystemCode(error, 'EEXIST')) return false;
    throw error;
  }
}
