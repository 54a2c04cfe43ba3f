// ESTA, ESTP: the data connection is made now, and used by the next transfer [server-protocol §4]
import type { CommandRow } from '../contract/command.ts';
import { isIPv4 } from 'node:net';

import { normalizeAddress } from '@pure-ftpd/protocol';

import { EstablishedEndpoint } from '../data/data-endpoint.ts';
import type { DataEndpoint } from '../contract/data.ts';
import { DataConnectionUnavailable, TransferAborted } from '../errors.ts';
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { reason } from '../replies/reasons.ts';

/** Connects to where PORT or EPRT said. */
export function esta(session: Session): Promise<Outcome> {
  return establish(session, 'ESTA');
}

/** Waits for the connection to the port of PASV or EPSV. */
export function estp(session: Session): Promise<Outcome> {
  return establish(session, 'ESTP');
}

/** Makes the connection of the endpoint that was asked for, or waits for it. */
export async function establish(session: Session, verb: 'ESTA' | 'ESTP'): Promise<Outcome> {
  const kind: DataEndpoint['kind'] = verb === 'ESTA' ? 'active' : 'passive';
  const endpoint = session.data.takeEndpoint();
  if (endpoint === undefined || endpoint.kind !== kind) {
    if (endpoint !== undefined) session.data.setEndpoint(endpoint);
    return { name: 'establishImpossible', verb };
  }
  try {
    const connection = await endpoint.connection(session.settings.dataConnectionTimeout, session.ending);
    if (session.closed) connection.destroy();
    else session.data.setEndpoint(new EstablishedEndpoint(connection));
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
    return {
      name: 'dataConnectionUnavailable',
      reason: error instanceof TransferAborted ? reason('transferAborted') : error.reason,
    };
  } finally {
    endpoint.release();
  }
}

/** The row of ESTA in the table of verbs. */
export const estaRow: CommandRow = {
  verb: 'ESTA',
  argument: 'ignored',
  phase: 'loggedIn',
  feature: 'ESTA',
  syntax: '',
  help: 'connect for the next transfer now',
  run: esta,
};

/** The row of ESTP in the table of verbs. */
export const estpRow: CommandRow = {
  verb: 'ESTP',
  argument: 'ignored',
  phase: 'loggedIn',
  feature: 'ESTP',
  syntax: '',
  help: 'take the connection for the next transfer now',
  run: estp,
};
