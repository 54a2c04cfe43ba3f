import { isSocketPath } from '@pure-ftpd/certificates';
import { OptionError, systemErrorText, writeAll } from '@pure-ftpd/cli';
import { IdentityError, isInBackground, reportStart, SocketError, startInBackground } from '@pure-ftpd/cli/daemon';
import { nameProcess } from '@pure-ftpd/posix';

import { ExitStatus, UsageError } from './errors.ts';
import { HelpRequest, parseOptions, usage } from './options.ts';
import { serve } from './serve.ts';

/**
 * Runs pure-certd.
 * @param words What follows the program's name.
 * @returns The exit status.
 */
export async function run(words: readonly string[]): Promise<number> {
  try {
    return await start(words);
  } catch (error) {
    if (error instanceof HelpRequest) return printUsage();
    if (error instanceof OptionError) {
      complain(`pure-certd: ${error.message}`);
      return printUsage();
    }
    if (error instanceof UsageError) return failed(error.message, ExitStatus.usage);
    if (error instanceof SocketError) return failed(`${error.message}: ${systemErrorText(error)}`, ExitStatus.failed);
    if (error instanceof IdentityError) return failed(`Identity change: ${systemErrorText(error)}`, ExitStatus.failed);
    throw error;
  }
}

async function start(words: readonly string[]): Promise<number> {
  nameProcess('pure-certd');
  if (process.geteuid?.() !== 0) return failed('Sorry, but you have to be root to run this program', ExitStatus.failed);
  const options = parseOptions(words);
  if (!isSocketPath(options.socket)) return failed('Socket path too long: File name too long', ExitStatus.failed);
  if (options.daemonize && !isInBackground()) {
    const { status, message } = await startInBackground(words);
    if (message !== undefined) complain(message);
    return status;
  }
  await serve(
    options,
    (text) => complain(`pure-certd: ${text}`),
    () => {
      if (isInBackground()) reportStart({ status: ExitStatus.done });
    },
  );
  return ExitStatus.done;
}

function printUsage(): number {
  writeAll(1, Buffer.from(usage()));
  return ExitStatus.done;
}

/** Says why, to whom it concerns: in the background that is who started us. */
function failed(message: string, status: number): number {
  if (isInBackground()) reportStart({ status, message });
  else complain(message);
  return status;
}

/** One line on standard error. */
function complain(message: string): void {
  writeAll(2, Buffer.from(`${message.replaceAll(/[\r\n]+/g, ' ')}\n`));
}
