import { lookup } from 'node:dns/promises';
import { isIP, isIPv4 } from 'node:net';

import { Networks, normalizeAddress } from '@pure-ftpd/protocol';

import { type Client, ownAddress } from '../contract/client.ts';
import { DataConnectionUnavailable } from '../errors.ts';
import type { Awaitable } from '../contract/virtual-file.ts';
import { reason } from '../replies/reasons.ts';

/** One rule about the address PASV announces. Conditions that are left out are met by everybody. */
export interface AnnounceRule {
  /** Network of the client: an address, or one with the length of its prefix (`10.0.0.0/8`). */
  readonly client?: string;
  /** The address the client has connected to: of this machine, or of the proxy that brings it. */
  readonly local?: string;
  /** IPv4 address to announce, or a host name, looked up anew as it may change. */
  readonly announce: string;
}

/** How long the answer of a look-up is used, in milliseconds; names of lines with changing addresses live for minutes. */
const KEPT_MS = 30_000;

const HOST_NAME = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?\.?$/;

interface Rule {
  readonly clients: Networks | undefined;
  readonly local: string | undefined;
  readonly announce: string;
}

/** The rules of a server, in order: the first that is met says which address a client is told. */
export class AnnouncedAddresses {
  readonly #rules: readonly Rule[];
  readonly #known = new Map<string, { readonly address: string; readonly until: number }>();

  /** @throws RangeError for a network, an address or a name that is none: better at the start than in a reply. */
  constructor(rules: readonly AnnounceRule[]) {
    this.#rules = rules.map(({ client, local, announce }) => {
      const here = local === undefined ? undefined : normalizeAddress(local);
      if (local !== undefined && here === undefined) throw new RangeError(`not an address: ${local}`);
      AnnouncedAddresses.check([announce]);
      return { clients: client === undefined ? undefined : new Networks([client]), local: here, announce };
    });
  }

  /**
   * The address for a client; undefined when no rule is met.
   * @throws DataConnectionUnavailable when the name of the rule cannot be looked up.
   */
  async addressFor(client: Pick<Client, 'localAddress' | 'proxy' | 'remoteAddress'>): Promise<string | undefined> {
    const rule = this.#rules.find(
      ({ local, clients }) =>
        (local === undefined || local === client.localAddress || local === ownAddress(client)) &&
        (clients === undefined || clients.has(client.remoteAddress)),
    );
    return rule === undefined ? undefined : this.resolve(rule.announce);
  }

  /**
   * The address to announce: what is one already, or that of a host name.
   * @throws DataConnectionUnavailable when the name cannot be looked up.
   */
  resolve(announce: string): Awaitable<string> {
    return isIPv4(announce) ? announce : this.#lookUp(announce);
  }

  /** @throws RangeError for what is neither an IPv4 address nor a host name; undefined is not set. */
  static check(announced: readonly (string | undefined)[]): void {
    for (const text of announced) {
      if (text !== undefined && !isIPv4(text) && (isIP(text) !== 0 || !HOST_NAME.test(text)))
        throw new RangeError(`neither an IPv4 address nor a host name: ${text}`);
    }
  }

  async #lookUp(host: string): Promise<string> {
    const known = this.#known.get(host);
    if (known !== undefined && known.until > performance.now()) return known.address;
    try {
      const { address } = await lookup(host, { family: 4 });
      this.#known.set(host, { address, until: performance.now() + KEPT_MS });
      return address;
    } catch (error) {
      // An answer that is old is better than none.
      if (known !== undefined) return known.address;
      throw new DataConnectionUnavailable(reason('addressUnknown', { host }), { cause: error });
    }
  }
}
