import { inspect } from 'node:util';

import type { ListenAddress } from './listening.ts';

/**
 * Where a server listens, in the forms people write it: `{ host, port }`, `[host, port]`, a port (of all addresses of the
 * machine), or `'ftp://host:port'`.
 */
export type ServerAddress = ListenAddress | readonly [host: string, port: number] | number | `ftp://${string}`;

const FORMS = "{ host: '127.0.0.1', port: 2121 }, ['127.0.0.1', 2121], 2121, or 'ftp://127.0.0.1:2121'";

/**
 * One address, or several, as several.
 * @throws TypeError for what is no address: a server that listens elsewhere than meant may be everybody's.
 */
export function addressList(address: ServerAddress | readonly ServerAddress[]): readonly ListenAddress[] {
  const given: unknown = address;
  if (!Array.isArray(given) || isPair(given)) return [listenAddress(given)];
  return given.map((one: unknown) => listenAddress(one));
}

function listenAddress(given: unknown): ListenAddress {
  if (isPort(given)) return { port: given };
  if (isPair(given)) return hosted(given[0], given[1], given);
  if (typeof given === 'string') return fromUrl(given);
  if (isListenAddress(given)) return given;
  throw wrong(given);
}

/** `['127.0.0.1', 2121]` is an address, and `[2121, 2122]` two. */
function isPair(given: unknown): given is readonly [string, unknown] {
  return Array.isArray(given) && given.length === 2 && typeof given[0] === 'string' && !given[0].includes('://');
}

function hosted(host: string, port: unknown, given: unknown): ListenAddress {
  if (!isPort(port)) throw wrong(given);
  // As in pyftpdlib, no host is all addresses.
  return host === '' ? { port } : { host, port };
}

function fromUrl(text: string): ListenAddress {
  const url = text.startsWith('ftp://') && URL.canParse(text) ? new URL(text) : undefined;
  const isBare =
    url !== undefined && url.username + url.password + url.search + url.hash === '' && url.pathname === '/';
  if (!isBare || url.hostname === '') throw wrong(text);
  const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
  return { host, port: url.port === '' ? 21 : Number(url.port) };
}

function isPort(given: unknown): given is number {
  return typeof given === 'number' && Number.isInteger(given) && given >= 0 && given <= 65_535;
}

function isListenAddress(given: unknown): given is ListenAddress {
  if (typeof given !== 'object' || given === null || !('port' in given) || !isPort(given.port)) return false;
  return !('host' in given) || given.host === undefined || (typeof given.host === 'string' && given.host !== '');
}

function wrong(given: unknown): TypeError {
  return new TypeError(`no address to listen on: ${inspect(given, { depth: 1 })}; say ${FORMS}`);
}
