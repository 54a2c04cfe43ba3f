import { writeAll } from '@pure-ftpd/cli';
import { IdentityError, isInBackground, reportStart, startInBackground } from '@pure-ftpd/cli/daemon';
import { nameProcess } from '@pure-ftpd/posix';
import { encodeText } from '@pure-ftpd/protocol';

import { ExitStatus, StartError } from './exit-status.ts';
import { parseOptions, usage, UsageRequest } from './options.ts';
import { serve } from './serve.ts';

/**
 * Runs pure-uploadscript.
 * @param words What follows the program's name.
 * @returns The exit status.
 */
export async function run(words: readonly string[]): Promise<number> {
  try {
    return await start(words);
  } catch (error) {
    if (error instanceof UsageRequest) {
      writeAll(2, encodeText(error.message));
      writeAll(1, Buffer.from(usage()));
      return ExitStatus.done;
    }
    if (error instanceof StartError || error instanceof IdentityError) return failed(error.message);
    throw error;
  }
}

async function start(words: readonly string[]): Promise<number> {
  nameProcess('pure-uploadscript');
  if (process.geteuid?.() !== 0) return failed('Sorry, but you have to be root to run this program');
  const options = parseOptions(words);
  if (options.daemonize && !isInBackground()) {
    const { status, message } = await startInBackground(words);
    if (message !== undefined) complain(message);
    return status;
  }
  await serve(
    options,
    (text) => complain(`pure-uploadscript: ${text}`),
    () => {
      if (isInBackground()) reportStart({ status: ExitStatus.done });
    },
  );
  return ExitStatus.done;
}

/** Says why, to whom it concerns: in the background that is who started us. */
function failed(message: string): number {
  if (isInBackground()) reportStart({ status: ExitStatus.failed, message });
  else complain(message);
  return ExitStatus.failed;
}

/** One line on standard error. */
function complain(message: string): void {
  writeAll(2, encodeText(`${message.replaceAll(/[\r\n]+/g, ' ')}\n`));
}
