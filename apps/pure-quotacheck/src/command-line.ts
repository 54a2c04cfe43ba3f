import { getopt, OptionError, type OptionSpec } from '@pure-ftpd/cli';

import type { Accounts } from './accounts.ts';
import { CheckError, ExitStatus } from './exit-status.ts';

/** What a command line asks for. */
export interface Request {
  readonly uid: number;
  readonly gid: number;
  readonly directory: string;
  /** Show what would be written, and write nothing. */
  readonly dryRun: boolean;
}

/** Whoever starts the program. */
export interface Starter {
  readonly uid: number;
  readonly gid: number;
}

/** Usage is what was asked for, or what helps: it goes to standard output. The message, if any, to standard error. */
export class UsageRequest extends Error {
  override readonly name = 'UsageRequest';
}

class Draft {
  readonly #accounts: Accounts;
  uid: number;
  gid: number;
  directory: string | undefined;
  dryRun = false;

  constructor(accounts: Accounts, starter: Starter) {
    this.#accounts = accounts;
    ({ uid: this.uid, gid: this.gid } = starter);
  }

  takeUser(value: string): void {
    const user = this.#accounts.user(value);
    this.uid = user?.uid ?? parseId(value);
    if (user !== undefined && this.gid === 0) this.gid = user.gid;
  }

  takeGroup(value: string): void {
    if (this.gid !== 0) throw new CheckError(ExitStatus.badArgument, 'You already gave a gid');
    this.gid = this.#accounts.group(value) ?? parseId(value);
  }

  takeDirectory(value: string): void {
    if (this.directory !== undefined)
      throw new CheckError(ExitStatus.badArgument, `Already one startpath: [${this.directory}]`);
    this.directory = value;
  }
}

interface Option extends OptionSpec {
  readonly take: (draft: Draft, value: string) => void;
}

export const OPTIONS: readonly Option[] = [
  {
    short: 'd',
    argument: 'directory',
    values: 'folder',
    description: 'start from this directory',
    take: (draft, value) => draft.takeDirectory(value),
  },
  {
    short: 'g',
    argument: 'group',
    values: 'group',
    description: 'group to become, by name or number',
    take: (draft, value) => draft.takeGroup(value),
  },
  {
    short: 'h',
    description: 'print the usage, as the C program does',
    take: () => {
      throw new UsageRequest();
    },
  },
  {
    short: 'u',
    argument: 'user',
    values: 'user',
    description: 'user to become, by name or number',
    take: (draft, value) => draft.takeUser(value),
  },
];

/** Ours alone, and so a whole word: getopt() of the C program knows no long names, and what it says of them stays. */
export const DRY_RUN = '--dry-run';

/**
 * Reads a command line as the C tool does, from left to right: an option acts, and may fail, in its turn.
 *
 * @param words What follows the program's name.
 * @throws {UsageRequest} and {@link CheckError}.
 */
export function parseCommandLine(words: readonly string[], accounts: Accounts, starter: Starter): Request {
  if (words.length === 0) throw new UsageRequest();
  const draft = new Draft(accounts, starter);
  try {
    const posix = process.env['POSIXLY_CORRECT'] !== undefined;
    const dryRun = words.indexOf(DRY_RUN);
    for (const token of getopt(OPTIONS, dryRun === -1 ? words : words.toSpliced(dryRun, 1), { posix }))
      if (token.kind === 'option') token.spec.take(draft, token.value);
    draft.dryRun = dryRun !== -1;
  } catch (error) {
    if (error instanceof OptionError) throw new UsageRequest(error.message, { cause: error });
    throw error;
  }
  const { uid, gid, directory, dryRun } = draft;
  if (directory === undefined) throw new CheckError(ExitStatus.badArgument, 'Missing path');
  if (uid === 0) throw new CheckError(ExitStatus.badIdentity, 'Invalid/insecure/missing uid - must be > 0');
  if (gid === 0) throw new CheckError(ExitStatus.badIdentity, 'Invalid/insecure/missing gid - must be > 0');
  return { uid, gid, directory, dryRun };
}

/** As C reads an id that is no name: the digits it begins with, wrapped to 32 bits; 0 when there are none. */
function parseId(text: string): number {
  const [, sign = '', digits = '0'] = /^[ \t\n\v\f\r]*([+-]?)([0-9]+)/.exec(text) ?? [];
  const limit = 2n ** 64n - 1n;
  const value = BigInt(digits) > limit ? limit : BigInt(digits);
  return Number(BigInt.asUintN(32, sign === '-' ? -value : value));
}
