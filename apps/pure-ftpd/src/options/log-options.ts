// Options about what is logged, and where [server-options §7].
import { parseTransferLogSpecification, TransferLogSpecificationError } from '@pure-ftpd/altlog';

import { StartError } from '../errors.ts';
import { facilityNumber } from '../log/syslog-frame.ts';
import type { Draft } from './configuration.ts';
import type { Option } from './table.ts';

function facility(draft: Draft, name: string): void {
  const number = name.toLowerCase() === 'none' ? 'none' : facilityNumber(name);
  if (number === undefined) draft.unknownFacility = name;
  else draft.syslogFacility = number;
}

function transferLog(draft: Draft, value: string): void {
  try {
    draft.transferLogs = [...draft.transferLogs, parseTransferLogSpecification(value)];
  } catch (error) {
    if (!(error instanceof TransferLogSpecificationError)) throw error;
    throw new StartError(`-O: ${error.message}`, undefined, { cause: error });
  }
}

export const LOG_OPTIONS: readonly Option[] = [
  {
    short: '1',
    long: 'logpid',
    description: 'log the process id with every line',
    apply: (draft) => void (draft.logPid = true),
  },
  {
    short: 'd',
    long: 'verboselog',
    description: 'log every command; given twice, every reply, too',
    apply: (draft) => void (draft.verbosity += 1),
  },
  {
    short: 'f',
    long: 'syslogfacility',
    argument: 'facility',
    description: "log to the system's log with this facility (ftp, local0, ...); none logs nothing",
    apply: facility,
  },
  {
    short: 'o',
    long: 'uploadscript',
    description: 'announce uploads to pure-uploadscript',
    apply: (draft) => void (draft.uploadScript = true),
  },
  {
    short: 'O',
    long: 'altlog',
    argument: '[format:]file',
    description: 'log transfers: clf, stats, w3c, xferlog, json; may be repeated',
    apply: transferLog,
  },
];
