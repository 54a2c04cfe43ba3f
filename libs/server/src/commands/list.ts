// RFC 959 §4.1.3: LIST
import type { CommandRow } from '../contract/command.ts';
import { encodeText, formatListOptions, type ListEntry, parseListArgument, type WireCodec } from '@pure-ftpd/protocol';

import { Transfer } from '../data/transfer.ts';
import { fileOutcome, isFileError, transferOutcome } from '../errors.ts';
import type { Session } from '../contract/session.ts';
import { atMost } from '../listing/entries.ts';
import { type ListSummary, listText } from '../listing/list-text.ts';
import type { ListingResult, Outcome } from '../replies/outcomes.ts';

export interface ListCommandOptions {
  /** A place that is not there lists as empty instead of being an error. */
  readonly missingIsEmpty?: boolean;
}

export async function list(session: Session, argument: string, settings: ListCommandOptions = {}): Promise<Outcome> {
  const summary: ListSummary = { entries: 0, truncated: false };
  const parsed = parseListArgument(argument);
  const options = formatListOptions(parsed.options);
  const lines = listText(session, parsed, summary);
  // The first slice shows whether there is anything to list, before a data connection is spent on it.
  let first: string[];
  try {
    first = (await lines.next()).value ?? [];
  } catch (error) {
    if (settings.missingIsEmpty !== true || !isFileError(error)) return fileOutcome(error, argument);
    first = [];
  }
  try {
    return await sendListing(session, prepend(first, lines), () => ({ options, ...summary }));
  } finally {
    // Without a data connection nobody asks for the rest, and its directory would stay open.
    await lines.return(undefined);
  }
}

/**
 * Sends lines over the data connection; also for NLST and MLSD.
 * @param result What was listed, asked for when everything has been.
 */
export async function sendListing(
  session: Session,
  lines: AsyncIterable<readonly string[]>,
  result: () => ListingResult,
): Promise<Outcome> {
  const transfer = new Transfer('list', session.cwd);
  let outcome: Outcome;
  try {
    const dtp = await session.data.open(transfer);
    await dtp.sendChunks(encoded(lines, session.wire));
    const { transmittedBytes: bytes, elapsedSeconds: seconds } = dtp;
    outcome = { name: 'transferComplete', bytes, seconds, kind: 'list', listing: result() };
  } catch (error) {
    outcome = transferOutcome(error, (defect) => session.userCode.report(defect));
  }
  session.data.end(transfer);
  if (transfer.dtp !== undefined) {
    session.bytesSent += transfer.dtp.transmittedBytes;
    if (outcome.name !== 'transferComplete') transfer.dtp.close();
  }
  return outcome;
}

/** Sends entries that nobody has counted yet, as many as may be listed. @param toLines How they are shown. */
export function sendEntries(
  session: Session,
  entries: AsyncIterable<ListEntry[]>,
  toLines: (entries: AsyncIterable<ListEntry[]>) => AsyncIterable<string[]>,
): Promise<Outcome> {
  const result = { options: '', entries: 0, truncated: false };
  const cut = (): void => {
    result.truncated = true;
  };
  const counted = async function* (): AsyncGenerator<ListEntry[]> {
    for await (const slice of atMost(entries, session.settings.maxListed, cut)) {
      result.entries += slice.length;
      yield slice;
    }
  };
  return sendListing(session, toLines(counted()), () => result);
}

async function* encoded(lines: AsyncIterable<readonly string[]>, wire: WireCodec | undefined): AsyncGenerator<Buffer> {
  for await (const slice of lines) {
    if (slice.length === 0) continue;
    const text = `${slice.join('\r\n')}\r\n`;
    yield wire === undefined ? encodeText(text) : wire.encode(text);
  }
}

async function* prepend(first: string[], rest: AsyncIterable<string[]>): AsyncGenerator<string[]> {
  yield first;
  yield* rest;
}

/** The row of LIST in the table of verbs. */
export const listRow: CommandRow = {
  verb: 'LIST',
  argument: 'optional',
  phase: 'loggedIn',
  transfers: true,
  permission: 'l',
  syntax: '[<SP> options] [<SP> path]',
  help: 'list a directory',
  run: list,
};
