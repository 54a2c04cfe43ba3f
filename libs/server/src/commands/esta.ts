// ESTA, ESTP: the data connection is made now, and used by the next transfer [server-protocol §4]
import { isIPv4 } from 'node:net';

import { normalizeAddress } from '@pure-ftpd/protocol';

import { ActiveEndpoint, type DataEndpoint, EstablishedEndpoint, PassiveEndpoint } from '../data/data-endpoint.ts';
import { DataConnectionUnavailable, TransferAborted } from '../errors.ts';
import type { FTPHandler } from '../ftp-handler.ts';
import type { Outcome } from '../replies/outcomes.ts';

/** Connects to where PORT or EPRT said. */
export function esta(session: FTPHandler): Promise<Outcome> {
  return establish(session, 'ESTA', (endpoint) => endpoint instanceof ActiveEndpoint);
}

/** Waits for the connection to the port of PASV or EPSV. */
export function estp(session: FTPHandler): Promise<Outcome> {
  return establish(session, 'ESTP', (endpoint) => endpoint instanceof PassiveEndpoint);
}

async function establish(
  session: FTPHandler,
  verb: 'ESTA' | 'ESTP',
  fits: (endpoint: DataEndpoint) => boolean,
): Promise<Outcome> {
  const endpoint = session.takeEndpoint();
  if (endpoint === undefined || !fits(endpoint)) {
    if (endpoint !== undefined) session.setEndpoint(endpoint);
    return { name: 'establishImpossible', verb };
  }
  try {
    const connection = await endpoint.connection(session.settings.dataConnectionTimeout, session.ending);
    if (session.closed) connection.destroy();
    else session.setEndpoint(new EstablishedEndpoint(connection));
    const { socket } = connection;
    const [address, port] =
      verb === 'ESTA' ? [socket.localAddress, socket.localPort] : [socket.remoteAddress, socket.remotePort];
    const host = normalizeAddress(address ?? '') ?? '';
    return {
      name: 'dataConnectionEstablished',
      direction: verb === 'ESTA' ? 'from' : 'to',
      family: isIPv4(host) ? 1 : 2,
      address: host,
      port: port ?? 0,
    };
  } catch (error) {
    if (!(error instanceof DataConnectionUnavailable) && !(error instanceof TransferAborted)) throw error;
    return { name: 'dataConnectionUnavailable', reason: error.message };
  } finally {
    endpoint.release();
  }
}
