import { isTerminal, writeAll } from '@pure-ftpd/cli';
import { encodeText } from '@pure-ftpd/protocol';

import { systemAccounts } from './accounts.ts';
import { check } from './check.ts';
import { parseCommandLine, UsageRequest } from './command-line.ts';
import { CheckError, ExitStatus } from './exit-status.ts';
import { Progress } from './progress.ts';
import { USAGE } from './usage.ts';

const OUTPUT = 1;
const ERRORS = 2;

function print(descriptor: number, text: string): void {
  if (text !== '') writeAll(descriptor, encodeText(text));
}

/**
 * Runs pure-quotacheck. Resolves to the exit status.
 *
 * @param words What follows the program's name.
 */
export async function run(words: readonly string[]): Promise<number> {
  const starter = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
  try {
    const request = parseCommandLine(words, systemAccounts, starter);
    const progress = new Progress(isTerminal(ERRORS) ? ERRORS : undefined);
    print(OUTPUT, await check(request, systemAccounts, progress));
    return ExitStatus.done;
  } catch (error) {
    if (error instanceof UsageRequest) {
      print(ERRORS, error.message === '' ? '' : `pure-quotacheck: ${error.message}\n`);
      print(OUTPUT, USAGE);
      return ExitStatus.done;
    }
    if (!(error instanceof CheckError)) throw error;
    print(ERRORS, `${error.message}\n`);
    return error.status;
  }
}
