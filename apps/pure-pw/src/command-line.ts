import { getopt, OptionError } from '@pure-ftpd/cli';
import type { HashCost } from '@pure-ftpd/passwords';
import type { AccountChanges } from '@pure-ftpd/puredb';
import { passwdFileFromEnvironment } from '@pure-ftpd/puredb/default-paths';
import type { Identities } from '@pure-ftpd/puredb/identities';
import { Draft, OPTIONS, UsageRequest, withoutColons } from './options.ts';

const ACTIONS = ['useradd', 'usermod', 'userdel', 'passwd', 'show', 'list', 'mkdb', 'hash'] as const;
export type Action = (typeof ACTIONS)[number];

/** What a command line asks for. */
export interface Request {
  readonly action: Action;
  /** The word after the action; for mkdb the database. Undefined when there is none. */
  readonly login: string | undefined;
  readonly changes: AccountChanges;
  readonly hashCost: HashCost;
  readonly passwdFile: string;
  /** `-F`: the database that `-m` updates. */
  readonly database: string | undefined;
  /** `-m`. */
  readonly updateDatabase: boolean;
}

/**
 * Reads a command line as the C tool does (spec pure-pw section 1): the action, the login, whatever it looks like, then
 * options by the rules of getopt; an option acts, and may fail, in its turn.
 *
 * @param words what follows the program's name.
 * @param warn hears getopt's message, which names the login as the program.
 * @throws UsageRequest, ActionError.
 */
export async function parseCommandLine(
  words: readonly string[],
  identities: Identities,
  warn: (line: string) => void,
): Promise<Request> {
  const name = words[0]?.toLowerCase();
  const action = ACTIONS.find((known) => known === name);
  const login = words[1];
  const draft = new Draft(identities);
  const posix = process.env['POSIXLY_CORRECT'] !== undefined;
  try {
    for (const token of getopt(OPTIONS, words.slice(2), { posix })) {
      if (token.kind === 'option') {
        await token.spec.apply(draft, token.value);
      }
    }
  } catch (error) {
    if (error instanceof OptionError) {
      warn(`${withoutColons(login ?? '')}: ${error.message}`);
      throw new UsageRequest();
    }
    throw error;
  }
  // Only now: a wrong option is told even where the action is unknown.
  if (action === undefined) {
    throw new UsageRequest();
  }
  return {
    action,
    login: login === undefined ? undefined : withoutColons(login),
    changes: draft.changes,
    hashCost: draft.hashCost,
    passwdFile: draft.passwdFile ?? passwdFileFromEnvironment(),
    database: draft.database,
    updateDatabase: draft.updateDatabase,
  };
}
