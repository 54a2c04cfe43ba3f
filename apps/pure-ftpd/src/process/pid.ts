import { PidFile } from '@pure-ftpd/cli/daemon';
import { errorText } from '@pure-ftpd/server/internal';

import type { Log } from '../log/log.ts';
import type { Configuration } from '../options/configuration.ts';

/**
 * Writes the pid file. The default place is for servers started as root; only a place that was asked for is worth a word.
 * @param pid The process that is to be signalled.
 */
export function writePidFile({ pidFile: { path, asked } }: Configuration, log: Log, pid: number): PidFile | undefined {
  try {
    return PidFile.write(path, pid);
  } catch (error) {
    if (asked) log.write('WARNING', `cannot write ${path}: ${errorText(error)}`);
    return undefined;
  }
}

export function removePidFile(pidFile: PidFile | undefined, log: Log): void {
  try {
    pidFile?.remove();
  } catch (error) {
    log.write('WARNING', `the pid file stays: ${errorText(error)}`);
  }
}
