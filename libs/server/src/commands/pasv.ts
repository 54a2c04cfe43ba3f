// RFC 959 §4.1.2: PASSIVE (PASV)
import type { CommandRow } from '../contract/command.ts';
import { isIPv4 } from 'node:net';

import { ANY_PEER } from '../data/passive-ports.ts';
import { PassiveEndpoint } from '../data/data-endpoint.ts';
import { DataConnectionUnavailable } from '../errors.ts';
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { mayForeignAddress } from '../user-code/permission.ts';
import { wrongAnswer } from '../user-code/user-code.ts';
import { reason } from '../replies/reasons.ts';

export async function pasv(session: Session): Promise<Outcome> {
  if (session.epsvAll) return { name: 'refusedAfterEpsvAll', verb: 'PASV' };
  if (!isIPv4(session.localAddress)) return { name: 'passiveUnavailable', reason: reason('passiveNeedsIPv4') };
  let address: string;
  try {
    address = await session.userCode.ask('announcedAddress', () => session.announcedAddress());
  } catch (error) {
    if (!(error instanceof DataConnectionUnavailable)) throw error;
    return { name: 'passiveUnavailable', reason: error.reason };
  }
  if (!isIPv4(address)) throw wrongAnswer('announcedAddress', address, 'an IPv4 address');
  const port = await listenForData(session);
  return typeof port === 'number' ? { name: 'passiveMode', address, port } : port;
}

/** Reserves a passive port for the session; the port, or why there is none. */
export async function listenForData(session: Session): Promise<number | Outcome> {
  session.data.releaseEndpoint();
  const peer = (await mayForeignAddress(session)) ? ANY_PEER : session.remoteAddress;
  try {
    const reservation = await session.server.dataPorts.reserve(session, peer);
    if (session.closed) reservation.release();
    else session.data.setEndpoint(new PassiveEndpoint(reservation));
    return reservation.port;
  } catch (error) {
    if (!(error instanceof DataConnectionUnavailable)) throw error;
    return { name: 'passiveUnavailable', reason: error.reason };
  }
}

/** The row of PASV in the table of verbs. */
export const pasvRow: CommandRow = {
  verb: 'PASV',
  argument: 'none',
  phase: 'loggedIn',
  feature: 'PASV',
  syntax: '',
  help: 'listen for the client, IPv4',
  run: pasv,
};
