import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';

import { type Check, problem, warning, well } from '../finding.ts';

const SYSTEM_LOG = '/dev/log';

/** Whether what the server tells is kept. */
export const logTarget: Check = {
  name: 'log',
  find({ configuration }) {
    const { logFile } = configuration;
    if (logFile === undefined)
      return existsSync(SYSTEM_LOG)
        ? [well('the log of the system is there')]
        : [
            warning(
              `nobody takes what is logged: there is no ${SYSTEM_LOG}`,
              'install a syslog daemon, or set LogFile',
            ),
          ];
    const place = existsSync(logFile) ? logFile : dirname(logFile);
    try {
      accessSync(place, constants.W_OK);
      return [well(`${logFile} can be written`)];
    } catch {
      return [problem(`${logFile} cannot be written`, `make ${dirname(logFile)}, and let root write there`)];
    }
  },
};
