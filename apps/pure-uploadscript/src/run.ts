import { type DaemonProgram, IdentityError, runDaemon } from '@pure-ftpd/cli/daemon';
import { nameProcess } from '@pure-ftpd/posix';
import { encodeText } from '@pure-ftpd/protocol';
import { forgetReader, JournalError } from '@pure-ftpd/uploads/journal';

import { ExitStatus, StartError } from './exit-status.ts';
import { ForgetRequest, type Options, parseOptions, usage, UsageRequest } from './options.ts';
import { serve } from './serve.ts';
import { describeJournalError } from './upload-source.ts';

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
    if (error instanceof ForgetRequest) return forget(error);
    return error instanceof StartError || error instanceof IdentityError
      ? { status: ExitStatus.failed, message: error.message }
      : undefined;
  },
};

function forget({ journal: { folder, name } }: ForgetRequest): { readonly status: number; readonly message?: string } {
  try {
    forgetReader(folder, name);
    return { status: ExitStatus.done };
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    return { status: ExitStatus.failed, message: describeJournalError(error) };
  }
}

/**
 * Runs pure-uploadscript.
 * @param words What follows the program's name.
 * @returns The exit status.
 */
export function run(words: readonly string[]): Promise<number> {
  return runDaemon(PROGRAM, words);
}
