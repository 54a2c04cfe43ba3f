import { type DaemonProgram, IdentityError, runDaemon } from '@pure-ftpd/cli/daemon';
import { nameProcess } from '@pure-ftpd/posix';
import { encodeText } from '@pure-ftpd/protocol';

import { ExitStatus, StartError } from './exit-status.ts';
import { type Options, parseOptions, usage, UsageRequest } from './options.ts';
import { serve } from './serve.ts';

const PROGRAM: DaemonProgram<Options> = {
  name: 'pure-uploadscript',
  failed: ExitStatus.failed,
  prepare: () => nameProcess('pure-uploadscript'),
  parse: parseOptions,
  serve: (options, { complain, started }) => serve(options, complain, started),
  encode: encodeText,
  explain(error) {
    if (error instanceof UsageRequest)
      return {
        status: ExitStatus.done,
        output: usage(),
        ...(error.message === '' ? {} : { message: error.message }),
      };
    return error instanceof StartError || error instanceof IdentityError
      ? { status: ExitStatus.failed, message: error.message }
      : undefined;
  },
};

/**
 * Runs pure-uploadscript.
 * @param words What follows the program's name.
 * @returns The exit status.
 */
export function run(words: readonly string[]): Promise<number> {
  return runDaemon(PROGRAM, words);
}
