// Which log there is, by the configuration.
import { existsSync } from 'node:fs';

import { type Configuration, DEFAULT_FACILITY, StartError } from '@pure-ftpd/options';
import { messageOf } from '@pure-ftpd/protocol';

import { isSocketpairAvailable, SYSLOG_SOCKET } from '@pure-ftpd/posix';

import { Log, type LogTarget } from './log.ts';
import { SyslogTarget } from './syslog-target.ts';
import { FileTarget, type LogFormat, StandardErrorTarget } from './text-targets.ts';

type LogChoice = Pick<
  Configuration,
  'daemonize' | 'logFile' | 'logFormat' | 'syslogFacility' | 'unknownFacility' | 'logPid'
>;

/**
 * The system's log where nobody reads standard error, and wherever `-f` names a facility; else standard error. `--log-file`
 * takes the place of either, unless `-f` asks for both.
 * @param isAway In the background, or where standard error may be a client's.
 */
function usesSyslog({ logFile, syslogFacility }: LogChoice, isAway: boolean): boolean {
  if (syslogFacility === 'none') return false;
  return syslogFacility !== undefined || (isAway && logFile === undefined);
}

/**
 * Opens the log. Do it while that is permitted.
 * @param isAway Nobody reads standard error.
 * @throws StartError when the file cannot be opened.
 */
export function openLog(choice: LogChoice, isAway = choice.daemonize): Log {
  const { logFile, logFormat, syslogFacility, unknownFacility, logPid } = choice;
  const targets: LogTarget[] = [];
  if (logFile !== undefined) targets.push(openFile(logFile, logFormat));
  if (usesSyslog(choice, isAway)) {
    const facility = typeof syslogFacility === 'number' ? syslogFacility : DEFAULT_FACILITY;
    targets.push(new SyslogTarget({ facility, withPid: logPid }));
  }
  if (targets.length === 0 && syslogFacility !== 'none') targets.push(new StandardErrorTarget(logFormat));
  const log = new Log(targets);
  if (unknownFacility !== undefined)
    log.write('ERROR', `Configuration error: Unknown facility name: ${unknownFacility}`);
  return log;
}

/** What an administrator should know who will look for the log in vain; undefined when there is nothing to say. */
export function missingLog(choice: LogChoice): string | undefined {
  if (!usesSyslog(choice, choice.daemonize)) return undefined;
  if (!isSocketpairAvailable()) return 'the log of the system cannot be reached from here: give --log-file';
  if (existsSync(SYSLOG_SOCKET)) return undefined;
  return `nobody listens at ${SYSLOG_SOCKET}: there will be no log until somebody does (or give --log-file)`;
}

function openFile(path: string, format: LogFormat): FileTarget {
  try {
    return new FileTarget(path, format);
  } catch (error) {
    const reason = messageOf(error);
    throw new StartError(`--log-file: ${reason}`, undefined, { cause: error });
  }
}
