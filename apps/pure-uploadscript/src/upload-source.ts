// Where uploads are heard of: the pipe, each at most once, or the journal, each at least once.
import { watch } from 'node:fs';

import { systemErrorText } from '@pure-ftpd/cli';
import { UploadPipeError, UploadReader, type UploadRecord } from '@pure-ftpd/uploads';
import { JournalError, JournalReader, type UploadEvent } from '@pure-ftpd/uploads/journal';

import { StartError } from './exit-status.ts';
import type { JournalChoice } from './options.ts';

/** An upload that a program is to be run for. */
export interface Announced extends UploadRecord {
  /** What the journal says of it; undefined for one of the pipe. */
  readonly event: UploadEvent | undefined;
  /** The program has been run. */
  done(): void;
}

/** Uploads, one after the other. */
export interface UploadSource {
  /** Waits for the next one; undefined when it was stopped. Nobody asks again before an answer. */
  next(): Promise<Announced | undefined>;
  /** Nothing more is taken; what was taken may still be done with. */
  stop(): void;
  close(): void;
}

/** @throws {StartError} */
export function openSource(journal: JournalChoice | undefined, complain: (text: string) => void): UploadSource {
  try {
    return journal === undefined ? pipeSource() : journalSource(journal, complain);
  } catch (error) {
    if (error instanceof JournalError) throw new StartError(describeJournalError(error), { cause: error });
    if (!(error instanceof UploadPipeError)) throw error;
    const reason = error.code === 'UNAVAILABLE' ? `: ${systemErrorText(error)}` : '';
    throw new StartError(`${error.message}${reason}`, { cause: error });
  }
}

/** One line. */
export function describeJournalError(error: JournalError): string {
  return error.cause === undefined ? error.message : `${error.message}: ${systemErrorText(error.cause)}`;
}

function pipeSource(): UploadSource {
  const reader = UploadReader.open();
  return {
    async next() {
      const record = await reader.next();
      return record && { ...record, event: undefined, done: () => undefined };
    },
    stop: () => reader.close(),
    close: () => reader.close(),
  };
}

function journalSource({ folder, name }: JournalChoice, complain: (text: string) => void): UploadSource {
  const reader = JournalReader.open(folder, name, {
    onLost: (count) => complain(`${count} uploads are gone from the journal, unread`),
  });
  const stopped = Promise.withResolvers<undefined>();
  const watcher = watch(folder, (_, file) => {
    if (file?.startsWith('events') === true) reader.wake();
  });
  // Without it the journal is looked at twice a second.
  watcher.on('error', () => watcher.close());
  let isStopped = false;
  return {
    async next() {
      if (isStopped) return undefined;
      const event = await Promise.race([reader.next(), stopped.promise]);
      return event && { login: event.vuser, path: event.path, event, done: () => reader.done(event) };
    },
    stop() {
      isStopped = true;
      stopped.resolve(undefined);
    },
    close() {
      watcher.close();
      reader.close();
    },
  };
}
