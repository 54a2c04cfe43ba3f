// What systemd and the server tell each other, where it was started by systemd: sockets, and how it goes.
import { notifyServiceManager, takePassedSockets } from '@pure-ftpd/posix';
import type { ListenAddress } from '@pure-ftpd/server';
import { errorText } from '@pure-ftpd/server/internal';

import type { Log } from '../log/log.ts';

/** A socket that a unit names so is for connections that begin with TLS. */
const IMPLICIT_TLS_NAME = 'implicit-tls';

/** The sockets that the service manager has opened, to be used instead of any of ours; none as a rule. */
export function passedAddresses(): ListenAddress[] {
  return takePassedSockets().map(({ fd, name }) => ({
    port: 0,
    descriptor: fd,
    implicitTls: name === IMPLICIT_TLS_NAME,
  }));
}

/** Tells the service manager, where there is one: `READY=1`, `STOPPING=1`, `STATUS=…`. */
export function tellServiceManager(log: Pick<Log, 'write'>, ...lines: readonly string[]): void {
  try {
    notifyServiceManager(lines);
  } catch (error) {
    log.write('WARNING', `the service manager cannot be told: ${errorText(error)}`);
  }
}
