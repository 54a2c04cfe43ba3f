// The monitor: root, with a gate before it and workers behind. It hears nothing of what clients say.
import { PamPool, spawnPamHelper, systemIdentity } from '@pure-ftpd/auth';
import { isDescriptorPassingAvailable, isPrctlAvailable, setNoNewPrivileges } from '@pure-ftpd/posix';
import { errorText, ServerError } from '@pure-ftpd/server';

import { ExitStatus, StartError } from '../../errors.ts';
import type { Log } from '../../log/log.ts';
import { TransferLogs } from '../../log/transfer-logs.ts';
import type { Configuration } from '../../options/configuration.ts';
import { makeJudge, warnOfDatabases } from '../accounts.ts';
import { isTlsWanted } from '../../tls/make-tls-service.ts';
import { onEndingSignals } from '../ending-signals.ts';
import { listenAddresses } from '../listen-addresses.ts';
import { removePidFile, writePidFile } from '../pid.ts';
import { programAgain } from './child-process.ts';
import { bindListeners, type BoundListener, closeListeners } from './listeners.ts';
import { Monitor } from './monitor.ts';

/**
 * Serves until a signal ends it: transfers that run may finish, within a time; a second signal ends everything at once.
 * @param started Called when clients are served.
 * @throws StartError when it cannot start.
 */
export async function serveAsMonitor(configuration: Configuration, log: Log, started: () => void): Promise<void> {
  // Its gate has no certificates: what was to be protected must not go in clear.
  if (isTlsWanted(configuration.tls))
    throw new StartError('TLS (-Y, --implicit-tls) is not supported yet for a server that stays root: give --user');
  if (!isDescriptorPassingAvailable() || !isPrctlAvailable())
    throw new StartError(
      'rights cannot be separated here (koffi is missing, or this is not Linux): give --user',
      ExitStatus.failed,
    );
  process.umask(0);
  // What was on the command line is nobody's business.
  process.title = 'pure-ftpd (SERVER)';
  const listeners = await bind(configuration);
  // Before the first child: they have it from their first instruction on.
  setNoNewPrivileges();
  const pidFile = writePidFile(configuration, log);
  const transfers = await TransferLogs.open(configuration.transferLogs, log);
  let pamPool: PamPool | undefined;
  const judge = makeJudge(configuration, log, { pamPool: () => (pamPool ??= makePamPool(log)) });
  const monitor = new Monitor({ configuration, log, judge, transfers, listeners, identify: systemIdentity });
  using _signals = onEndingSignals(
    (signal) => {
      log.write('INFO', `${signal}: shutting down`);
      closeListeners(listeners.splice(0));
      void monitor.close(configuration.shutdownSeconds);
    },
    () => monitor.kill(),
  );
  try {
    try {
      await monitor.start();
    } catch (error) {
      monitor.kill();
      throw new StartError(errorText(error), ExitStatus.failed, { cause: error });
    }
    for (const { where } of listeners) log.write('INFO', `listening on ${where}`);
    warnOfDatabases(configuration, log);
    started();
    await monitor.ended;
  } finally {
    closeListeners(listeners.splice(0));
    await pamPool?.[Symbol.asyncDispose]();
    removePidFile(pidFile, log);
    await transfers.close();
  }
}

async function bind(configuration: Configuration): Promise<BoundListener[]> {
  try {
    return await bindListeners(await listenAddresses(configuration));
  } catch (error) {
    if (error instanceof ServerError) throw new StartError(error.message, ExitStatus.failed, { cause: error });
    throw error;
  }
}

function makePamPool(log: Log): PamPool {
  const { words, environment } = programAgain('pam');
  return new PamPool({
    start: () => spawnPamHelper(words, environment),
    log: (level, text) => log.write(level === 'error' ? 'ERROR' : 'WARNING', text),
  });
}
