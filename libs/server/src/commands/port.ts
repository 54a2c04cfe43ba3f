// RFC 959 §4.1.2: DATA PORT (PORT); RFC 2428 §2: EXTENDED PORT (EPRT)
import type { CommandRow } from '../contract/command.ts';
import { isIPv4 } from 'node:net';

import { type Endpoint, parseEprt, parsePort } from '@pure-ftpd/protocol';

import { ActiveEndpoint } from '../data/data-endpoint.ts';
import { establish } from './esta.ts';
import type { Session } from '../contract/session.ts';
import type { Awaitable } from '../contract/virtual-file.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { mayForeignAddress } from '../user-code/permission.ts';
import { reason } from '../replies/reasons.ts';

/** A delimiter, and at once another. */
const EMPTY_FAMILY = /^(.)\1/s;

/** A delimiter, and a family between it and another. */
const FAMILY = /^(\D)([12])\1/;

/** Six numbers, and nothing behind them. */
const SIX_NUMBERS = /^\d+(?:,\d+){5}$/;

export interface PortOptions {
  /** Takes no notice of what follows the sixth number. */
  readonly lenient?: boolean;
}

export function port(session: Session, argument: string, { lenient = false }: PortOptions = {}): Awaitable<Outcome> {
  if (session.epsvAll) return { name: 'refusedAfterEpsvAll', verb: 'PORT' };
  session.data.releaseEndpoint();
  const endpoint = lenient || SIX_NUMBERS.test(argument) ? parsePort(argument) : 'syntax';
  if (typeof endpoint === 'string')
    return { name: 'argumentInvalid', verb: 'PORT', reason: reason('sixNumbersExpected') };
  return connect(session, endpoint);
}

export interface EprtOptions {
  /** Takes an empty family for one that is not supported, and looks at the address before the family. */
  readonly lenient?: boolean;
}

export function eprt(session: Session, argument: string, { lenient = false }: EprtOptions = {}): Awaitable<Outcome> {
  if (session.epsvAll) return { name: 'refusedAfterEpsvAll', verb: 'EPRT' };
  session.data.releaseEndpoint();
  const family = isIPv4(session.localAddress) ? 4 : 6;
  const unsupported = { name: 'networkProtocolUnsupported', supported: family === 4 ? '1' : '2' } as const;
  // The address of another family is none that could be looked at.
  if (!lenient && (FAMILY.exec(argument)?.[2] ?? unsupported.supported) !== unsupported.supported) return unsupported;
  const endpoint = parseEprt(argument);
  if (endpoint === 'syntax' || (!lenient && EMPTY_FAMILY.test(argument)))
    return { name: 'argumentInvalid', verb: 'EPRT', reason: reason('addressExpected') };
  if (endpoint === 'family' || endpoint.family !== family) return unsupported;
  return connect(session, endpoint);
}

/** The connection is made when a transfer needs it, unless it is wanted at once. */
async function connect(session: Session, { host, port: number }: Endpoint): Promise<Outcome> {
  // Otherwise the server could be made to talk to any service of any host (the bounce attack, RFC 2577 §3).
  if (host !== session.remoteAddress && !(await mayForeignAddress(session))) return { name: 'foreignAddressRefused' };
  if (number < 1024 && !session.settings.permitPrivilegedPorts) return { name: 'privilegedPortRefused' };
  session.data.setEndpoint(new ActiveEndpoint(session.server.dataPorts, session, host, number));
  if (session.settings.connectsAtOnce) {
    const outcome = await establish(session, 'ESTA');
    if (outcome.name !== 'dataConnectionEstablished') return outcome;
  }
  return { name: 'activeMode' };
}

/** The row of EPRT in the table of verbs. */
export const eprtRow: CommandRow = {
  verb: 'EPRT',
  argument: 'required',
  phase: 'loggedIn',
  feature: 'EPRT',
  syntax: '<SP> |protocol|address|port|',
  help: 'connect to the client, IPv4 and IPv6',
  run: eprt,
};

/** The row of PORT in the table of verbs. */
export const portRow: CommandRow = {
  verb: 'PORT',
  argument: 'required',
  phase: 'loggedIn',
  syntax: '<SP> h1,h2,h3,h4,p1,p2',
  help: 'connect to the client, IPv4',
  run: port,
};
