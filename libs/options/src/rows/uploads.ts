// Options about how uploads are stored.
import type { HangUpRule } from '@pure-ftpd/server';

import { COLON_NUMBERS, NUMBER, YES } from '../key-forms.ts';
import { initially, option } from '../option.ts';
import { creationModes, filePath, mebibytes, oneOf, percentage, positiveSeconds } from '../values.ts';
import { webhook } from '../webhook.ts';

const HANG_UP: readonly HangUpRule[] = ['store', 'discard'];

const WHEN_FULL = ['refuse', 'drop'] as const;

const ATOMIC = { atomicUploads: true };

export const UPLOAD_OPTIONS = [
  option({
    short: '0',
    long: 'notruncate',
    description: 'replace files when their upload is complete (as without it; undoes --write-in-place)',
    keys: { NoTruncate: YES },
    fields: ATOMIC,
    set: { atomicUploads: true },
  }),
  option({
    short: 'k',
    long: 'maxdiskusagepct',
    argument: 'percent',
    description: 'refuse uploads to a file system that is fuller',
    keys: { MaxDiskUsage: NUMBER },
    fields: {
      /** Percent of a file system. */
      maxDiskUsage: initially<number | undefined>(undefined),
    },
    set: (value) => ({ maxDiskUsage: percentage(value) }),
  }),
  option({
    short: 'r',
    long: 'autorename',
    description: 'uploads replace nothing: where the name is taken, the file becomes NAME.1, NAME.2 and so on',
    notes: 'APPE and what follows REST go on where they were.',
    keys: { AutoRename: YES },
    fields: { numberedUploads: false },
    set: { numberedUploads: true },
  }),
  option({
    short: 'U',
    long: 'umask',
    argument: 'files[:dirs]',
    description: 'octal masks of new files and directories (133:022)',
    keys: { Umask: COLON_NUMBERS },
    fields: { fileMode: 0o644, directoryMode: 0o755 },
    set: (value, now) => creationModes(value, now),
  }),
  option({
    long: 'write-in-place',
    description: 'write uploads into the file itself instead of replacing it at the end',
    notes: 'The file keeps its inode.',
    fields: ATOMIC,
    set: { atomicUploads: false },
  }),
  option({
    long: 'hang-up',
    argument: 'store|discard',
    values: HANG_UP,
    description:
      'uploads whose client ends both connections without QUIT; it may have been killed in the middle (store)',
    notes: 'See [below](#uploads).',
    fields: { hangUp: initially<HangUpRule>('store') },
    set: (value) => ({ hangUp: oneOf(HANG_UP, value) }),
  }),
  option({
    long: 'upload-linger',
    argument: 'seconds',
    description: 'how long an upload may be silent whose client has ended the control connection (1)',
    fields: {
      /** Seconds. */
      uploadLinger: 1,
    },
    set: (value) => ({ uploadLinger: positiveSeconds(value) }),
  }),
  option({
    long: 'upload-journal',
    argument: 'folder',
    values: 'folder',
    description: 'write each upload down in a journal before its client hears 226',
    notes: 'For `pure-uploadscript --journal` and `--webhook`: see [its page](../../docs/uploads.md).',
    fields: { uploadJournal: initially<string | undefined>(undefined) },
    set: (value) => ({ uploadJournal: filePath(value) }),
  }),
  option({
    long: 'upload-journal-size',
    argument: 'mebibytes',
    description: 'how large the journal of uploads may become (64)',
    fields: {
      /** Mebibytes. */
      uploadJournalSize: 64,
    },
    set: (value) => ({ uploadJournalSize: mebibytes(value) }),
  }),
  option({
    long: 'upload-journal-full',
    argument: 'refuse|drop',
    values: WHEN_FULL,
    description: 'when the journal of uploads is full: refuse uploads, or drop its oldest ones (refuse)',
    fields: { uploadJournalFull: initially<(typeof WHEN_FULL)[number]>('refuse') },
    set: (value) => ({ uploadJournalFull: oneOf(WHEN_FULL, value) }),
  }),
  option({
    long: 'webhook',
    argument: 'url',
    description: 'post each upload of the journal to this address, signed; may be repeated',
    notes: '`https`; `http` to an address of the loopback alone.',
    fields: { webhooks: initially<readonly string[]>([]) },
    set: (value, { webhooks }) => ({ webhooks: [...new Set([...webhooks, webhook(value)])] }),
  }),
  option({
    long: 'webhook-secret-file',
    argument: 'file',
    values: 'file',
    description: 'the secret that webhooks are signed with; nobody else may read the file',
    fields: { webhookSecretFile: initially<string | undefined>(undefined) },
    set: (value) => ({ webhookSecretFile: filePath(value) }),
  }),
];
