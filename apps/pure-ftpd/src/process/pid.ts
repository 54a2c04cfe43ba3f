import { PidFile } from '@pure-ftpd/cli/daemon';
import type { Configuration } from '@pure-ftpd/options';
import { errorText } from '@pure-ftpd/server/internal';

import type { Log } from '../log/log.ts';

/**
 * Writes the pid file. A failure is reported only for a path that was asked for: only root can write the default one.
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
