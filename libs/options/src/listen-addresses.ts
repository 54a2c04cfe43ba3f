import { lookup } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { createServer, isIP } from 'node:net';

import type { ListenAddress } from '@pure-ftpd/server';

import type { Configuration } from './configuration.ts';
import { ExitStatus, StartError } from './errors.ts';
import type { Bind } from './rows/listening.ts';

type Families = Pick<Configuration, 'ipv4Only' | 'ipv6Only'>;

/**
 * Where to listen: one socket for each address family [server-options §6.2], and the same where connections begin with TLS.
 * @throws StartError when there is nothing to listen on.
 */
export async function listenAddresses(
  configuration: Families & Pick<Configuration, 'bind' | 'tls'>,
): Promise<ListenAddress[]> {
  const { bind, tls } = configuration;
  const own = await addressesOf(bind, configuration);
  const implicit = await Promise.all(tls.implicit.map((address) => addressesOf(address, configuration)));
  return [...own, ...implicit.flat().map((address) => ({ ...address, implicitTls: true }))];
}

/** Whether connections to a port begin with TLS, where somebody else has listened. */
export function isImplicitPort({ tls }: Pick<Configuration, 'tls'>, port: number): boolean {
  return tls.implicit.some((address) => portNumber(address.port) === port);
}

async function addressesOf(bind: Bind, { ipv4Only, ipv6Only }: Families): Promise<ListenAddress[]> {
  const port = portNumber(bind.port);
  const families = [...(ipv6Only ? [] : [4 as const]), ...(ipv4Only ? [] : [6 as const])];
  if (bind.host === undefined) {
    const usable = families.includes(6) && !(await hasIPv6()) ? families.filter((family) => family === 4) : families;
    if (usable.length === 0) throw nothing('no address family is left');
    return usable.map((family) => (family === 4 ? { host: '0.0.0.0', port } : { host: '::', port, ipv6Only: true }));
  }
  const { host } = bind;
  const found = await Promise.all(families.map((family) => addressIn(host, family)));
  const addresses = found.filter((address) => address !== undefined);
  if (addresses.length === 0) throw nothing(`${host} has no address here`);
  return addresses.map((address) => ({ host: address, port, ...(isIP(address) === 6 ? { ipv6Only: true } : {}) }));
}

function nothing(reason: string): StartError {
  return new StartError(`nothing to listen on: ${reason}`, ExitStatus.failed);
}

/** The first address of a host in a family; failing one family is fine. */
async function addressIn(host: string, family: 4 | 6): Promise<string | undefined> {
  const own = isIP(host);
  if (own !== 0) return own === family ? host : undefined;
  try {
    return (await lookup(host, { family })).address;
  } catch {
    // Said by the caller, when no family is left.
    return undefined;
  }
}

/** Whether sockets of IPv6 can be had here at all. */
function hasIPv6(): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ host: '::', port: 0, ipv6Only: true }, () => probe.close(() => resolve(true)));
  });
}

function portNumber(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  const port = servicePort(text);
  if (port === undefined) throw new StartError(`no such port: ${text}`);
  return port;
}

/** The TCP port of a service, from the system's list. */
function servicePort(service: string): number | undefined {
  let list: string;
  try {
    list = readFileSync('/etc/services', 'utf8');
  } catch {
    // A system without the list knows no names.
    return undefined;
  }
  for (const line of list.split('\n')) {
    const [name, where, ...aliases] = line.replace(/#.*/, '').trim().split(/\s+/);
    const [, port] = /^(\d{1,5})\/tcp$/.exec(where ?? '') ?? [];
    if (port !== undefined && (name === service || aliases.includes(service))) return Number(port);
  }
  return undefined;
}
