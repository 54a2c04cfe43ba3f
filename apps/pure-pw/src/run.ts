import { parseCommandLine, type Action, type Request } from './command-line.ts';
import { hash } from './commands/hash.ts';
import { list } from './commands/list.ts';
import { mkdb } from './commands/mkdb.ts';
import { show } from './commands/show.ts';
import { useradd } from './commands/useradd.ts';
import { userdel } from './commands/userdel.ts';
import { passwd, usermod } from './commands/usermod.ts';
import { databaseFromEnvironment } from '@pure-ftpd/puredb/default-paths';
import { ActionError, ExitStatus } from './exit-status.ts';
import { systemIdentities, type Identities } from '@pure-ftpd/puredb/identities';
import { UsageRequest } from './options.ts';
import { print, printError } from './terminal.ts';
import { USAGE } from './usage.ts';

async function perform(request: Request, identities: Identities): Promise<void> {
  switch (request.action) {
    case 'useradd': {
      return useradd(request);
    }
    case 'usermod': {
      return usermod(request);
    }
    case 'userdel': {
      return userdel(request);
    }
    case 'passwd': {
      return passwd(request);
    }
    case 'show': {
      return show(request, identities);
    }
    case 'list': {
      return list(request);
    }
    case 'mkdb': {
      return mkdb(request.passwdFile, request.login ?? databaseFromEnvironment());
    }
    case 'hash': {
      return hash(request);
    }
    default: {
      return request.action satisfies never;
    }
  }
}

/** `-m` means something only to the commands that edit. */
const EDITS: readonly Action[] = ['useradd', 'usermod', 'userdel', 'passwd'];

/** The status of a step; what it has to say goes to standard error. */
async function statusOf(step: () => Promise<unknown>): Promise<number> {
  try {
    await step();
    return ExitStatus.done;
  } catch (error) {
    if (!(error instanceof ActionError)) {
      throw error;
    }
    printError(error.message);
    return error.status;
  }
}

/**
 * Runs pure-pw. Resolves to the exit status.
 *
 * @param words what follows the program's name.
 */
export async function run(words: readonly string[], identities: Identities = systemIdentities): Promise<number> {
  let request: Request;
  try {
    request = await parseCommandLine(words, identities, printError);
  } catch (error) {
    if (error instanceof UsageRequest) {
      print(USAGE);
      return ExitStatus.done;
    }
    return statusOf(() => Promise.reject(error));
  }
  const status = await statusOf(() => perform(request, identities));
  if (!request.updateDatabase || !EDITS.includes(request.action)) {
    return status;
  }
  // The database is rebuilt even if the edit failed, and both have a say in the status.
  return status | (await statusOf(() => mkdb(request.passwdFile, request.database ?? databaseFromEnvironment())));
}
