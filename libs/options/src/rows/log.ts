// Options about what is logged, and where [server-options §7].
import {
  parseTransferLogSpecification,
  type TransferLogSpecification,
  TransferLogSpecificationError,
} from '@pure-ftpd/altlog';

import { StartError } from '../errors.ts';
import { facilityNumber } from '../facilities.ts';
import { FACILITY, PATH, YES } from '../key-forms.ts';
import { initially, option } from '../option.ts';
import { filePath, oneOf } from '../values.ts';

const FACILITIES = {
  /** Of the system's log, by its number; undefined when nothing was said. */
  syslogFacility: initially<number | 'none' | undefined>(undefined),
  /** What was asked for and is no facility. */
  unknownFacility: initially<string | undefined>(undefined),
};

function facility(name: string): Partial<typeof FACILITIES> {
  if (name.toLowerCase() === 'none') return { syslogFacility: 'none' };
  const number = facilityNumber(name);
  return number === undefined ? { unknownFacility: name } : { syslogFacility: number };
}

function transferLog(value: string): TransferLogSpecification {
  try {
    return parseTransferLogSpecification(value);
  } catch (error) {
    if (!(error instanceof TransferLogSpecificationError)) throw error;
    throw new StartError(`-O: ${error.message}`, undefined, { cause: error });
  }
}

export const LOG_OPTIONS = [
  option({
    short: '1',
    long: 'logpid',
    description: 'log the process id with every line',
    keys: { LogPID: YES },
    fields: {
      /** Whether lines of the system's log have the process id. */
      logPid: false,
    },
    set: { logPid: true },
  }),
  option({
    short: 'd',
    long: 'verboselog',
    description: 'log every command; given twice, every reply, too',
    keys: { VerboseLog: YES },
    fields: {
      /** From 1 on commands are logged, from 2 on replies. */
      verbosity: 0,
    },
    set: (_, { verbosity }) => ({ verbosity: verbosity + 1 }),
  }),
  option({
    short: 'f',
    long: 'syslogfacility',
    argument: 'facility',
    description: "log to the system's log with this facility (ftp, local0, ...); none logs nothing",
    notes: 'See [below](#logs).',
    keys: { SyslogFacility: FACILITY },
    fields: FACILITIES,
    set: facility,
  }),
  option({
    short: 'o',
    long: 'uploadscript',
    description: 'announce uploads to pure-uploadscript',
    notes: 'Nobody waits for a reader: see [below](#uploads).',
    keys: { CallUploadScript: YES },
    fields: { uploadScript: false },
    set: { uploadScript: true },
  }),
  option({
    short: 'O',
    long: 'altlog',
    argument: '[format:]file',
    values: ['clf:', 'stats:', 'w3c:', 'xferlog:', 'json:'],
    description: 'log transfers: clf, stats, w3c, xferlog, json; may be repeated',
    notes: '`json` is ours. Each one given is a log.',
    keys: { AltLog: PATH },
    fields: { transferLogs: initially<readonly TransferLogSpecification[]>([]) },
    set: (value, { transferLogs }) => ({ transferLogs: [...transferLogs, transferLog(value)] }),
  }),
  option({
    long: 'log-format',
    argument: 'format',
    values: ['text', 'json'],
    description: 'how the log is written to a file or to standard error: text, json',
    notes: 'See [below](#logs). The log of the system is text.',
    fields: { logFormat: initially<'text' | 'json'>('text') },
    set: (value) => ({ logFormat: oneOf(['text', 'json'] as const, value) }),
  }),
  option({
    long: 'log-file',
    argument: 'file',
    values: 'file',
    description: 'append the log to a file instead of standard error',
    notes: 'Lines have the time and the process id.',
    fields: { logFile: initially<string | undefined>(undefined) },
    set: (value) => ({ logFile: filePath(value) }),
  }),
];
