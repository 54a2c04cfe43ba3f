// What systemd hands to the server, where it has started it.
import { takePassedSockets } from '@pure-ftpd/posix';
import type { ListenAddress } from '@pure-ftpd/server';

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
