import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Identity } from './identity.ts';

/** Something in the way that the person who runs `npm start` can change; the message is one line. */
export class StartError extends Error {
  readonly code = 'START';
}

/** What stays from one start to the next. */
export interface State {
  readonly login: string;
  readonly password: string;
  /** The home of the virtual user. */
  readonly folder: string;
  /** The PureDB file; the text file of its users is beside it. */
  readonly database: string;
  /** Whom files belong to. */
  readonly identity: Identity;
}

const LOGIN = 'user';
const PASSWORD_LENGTH = 20;
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';
const WELCOME = 'Files in this folder are served by pure-ftpd. Upload some, and find them here.\n';

function newPassword(): string {
  return Array.from({ length: PASSWORD_LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
}

/** The content of a file; undefined when it does not exist. */
function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether a process of this identity can get to a folder: each one on the way lets it pass. */
export function isReachable(folder: string, { uid, gid }: Identity): boolean {
  for (let path = folder; ; path = dirname(path)) {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory() === true) {
      const bit = stats.uid === uid ? 0o100 : stats.gid === gid ? 0o010 : 0o001;
      if ((stats.mode & bit) === 0) return false;
    }
    if (path === dirname(path)) return true;
  }
}

function purePw(program: string, args: readonly string[], input?: string): void {
  const { status, stderr, error } = spawnSync(program, args, { input: input ?? '', encoding: 'utf8' });
  if (error !== undefined) throw new StartError(`cannot run ${program}: ${error.message}`, { cause: error });
  if (status === 0) return;
  const reason = stderr.trim().split('\n').at(-1) ?? '';
  throw new StartError(`pure-pw ${args[0] ?? ''} failed (exit ${status}): ${reason}`);
}

/** Makes the user's line and the database as they have to be for this folder and identity; a user who is right stays untouched. */
function keepUser(program: string, base: string, state: State, { uid, gid }: Identity): void {
  const passwd = join(base, 'pureftpd.passwd');
  const line = readIfThere(passwd)
    ?.split('\n')
    .find((candidate) => candidate.startsWith(`${LOGIN}:`));
  const files = ['-f', passwd, '-F', state.database, '-m'];
  const settings = ['-u', String(uid), '-g', String(gid), '-d', state.folder];
  const [, , hasUid, hasGid, , home] = line?.split(':') ?? [];
  if (line === undefined) {
    purePw(program, ['useradd', LOGIN, ...settings, ...files], `${state.password}\n${state.password}\n`);
  } else if (hasUid !== String(uid) || hasGid !== String(gid) || home !== `${state.folder}/./`) {
    purePw(program, ['usermod', LOGIN, ...settings, ...files]);
  } else if (statSync(state.database, { throwIfNoEntry: false }) === undefined) {
    purePw(program, ['mkdb', state.database, '-f', passwd]);
  }
}

/**
 * Makes a folder and those above it; whether it was missing. Node's own recursive mkdir never comes back below /proc, where
 * a directory is there and none can be made.
 */
function makeFolder(folder: string, mode: number): boolean {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return false;
  if (dirname(folder) !== folder) makeFolder(dirname(folder), mode);
  mkdirSync(folder, { mode });
  return true;
}

function prepare(base: string, identity: Identity, program: string): State {
  // The server has given up root when it reads below: others may pass, and not look around.
  makeFolder(base, 0o711);
  const folder = join(base, 'files');
  const isNew = makeFolder(folder, 0o777);
  if (isNew) writeFileSync(join(folder, 'welcome.txt'), WELCOME);
  const passwordFile = join(base, 'password');
  let password = readIfThere(passwordFile)?.trim();
  if (password === undefined) {
    password = newPassword();
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  }
  const state: State = { login: LOGIN, password, folder, database: join(base, 'pureftpd.pdb'), identity };
  keepUser(program, base, state, identity);
  // Fails on the first file we may not write, instead of in the middle of a transfer.
  chmodSync(state.database, 0o600);
  if (process.getuid?.() === 0) {
    for (const path of [folder, state.database]) chownSync(path, identity.uid, identity.gid);
    if (isNew) chownSync(join(folder, 'welcome.txt'), identity.uid, identity.gid);
  }
  return state;
}

/**
 * Makes the folder of files, the password and the database in `base`, or takes them as an earlier start left them. Throws a
 * StartError when that is not possible.
 * @param program the path of pure-pw
 */
export function prepareState(base: string, identity: Identity, program: string): State {
  if (!isReachable(base, identity)) {
    throw new StartError(
      `${base} cannot be reached by uid ${identity.uid}, which serves it; set PURE_FTPD_STATE to another folder`,
    );
  }
  try {
    return prepare(base, identity, program);
  } catch (error) {
    if (error instanceof StartError || !(error instanceof Error && 'code' in error)) throw error;
    throw new StartError(`cannot use ${base}: ${error.message}; set PURE_FTPD_STATE to another folder`, {
      cause: error,
    });
  }
}
