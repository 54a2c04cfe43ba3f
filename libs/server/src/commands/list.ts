// RFC 959 §4.1.3: LIST
import { encodeName, parseListArgument } from '@pure-ftpd/protocol';

import { Transfer } from '../data/transfer.ts';
import { FilesystemError, fileOutcome, isSystemError, transferOutcome } from '../errors.ts';
import type { FTPHandler } from '../ftp-handler.ts';
import { type ListSummary, listText } from '../listing/list-text.ts';
import type { Outcome } from '../replies/outcomes.ts';

export interface ListCommandOptions {
  /** A place that is not there lists as empty instead of being an error. */
  readonly missingIsEmpty?: boolean;
}

export async function list(session: FTPHandler, argument: string, options: ListCommandOptions = {}): Promise<Outcome> {
  const summary: ListSummary = { entries: 0, truncated: false };
  const lines = listText(session, parseListArgument(argument), summary);
  // The first slice shows whether there is anything to list, before a data connection is spent on it.
  let first: string[];
  try {
    first = (await lines.next()).value ?? [];
  } catch (error) {
    if (options.missingIsEmpty !== true || !(isSystemError(error) || error instanceof FilesystemError))
      return fileOutcome(error, argument);
    first = [];
  }
  return sendListing(session, prepend(first, lines));
}

/** Sends lines over the data connection; also for NLST and MLSD. */
export async function sendListing(session: FTPHandler, lines: AsyncIterable<readonly string[]>): Promise<Outcome> {
  const transfer = new Transfer('list', session.fs.cwd);
  let outcome: Outcome;
  try {
    const dtp = await session.openDataConnection(transfer);
    await dtp.sendChunks(encoded(lines));
    outcome = { name: 'transferComplete', bytes: dtp.transmittedBytes, seconds: dtp.elapsedSeconds, kind: 'list' };
  } catch (error) {
    outcome = transferOutcome(error);
  }
  session.endTransfer(transfer);
  if (transfer.dtp !== undefined) {
    session.bytesSent += transfer.dtp.transmittedBytes;
    if (outcome.name !== 'transferComplete') transfer.dtp.close();
  }
  return outcome;
}

async function* encoded(lines: AsyncIterable<readonly string[]>): AsyncGenerator<Buffer> {
  for await (const slice of lines) {
    if (slice.length > 0) yield encodeName(`${slice.join('\r\n')}\r\n`);
  }
}

async function* prepend(first: string[], rest: AsyncIterable<string[]>): AsyncGenerator<string[]> {
  yield first;
  yield* rest;
}
