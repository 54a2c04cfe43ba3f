// A directory, by ldapts: search an entry, and try a password.
import { connect, isIP } from 'node:net';

import { Client, InvalidCredentialsError, ResultCodeError, SizeLimitExceededError } from 'ldapts';

import { ATTRIBUTES, type LdapEntry } from './entry.ts';
import type { LdapConfiguration } from './configuration.ts';

/** How TLS is verified. */
export interface DirectoryTls {
  /** PEM; the usual authorities unless given. */
  readonly ca: string | undefined;
  readonly isVerified: boolean;
}

/** The directory has not answered, or with an error. One line for the log, without a password. */
export class DirectoryError extends Error {
  override readonly name = 'DirectoryError';
  readonly code = 'LDAP_DIRECTORY';

  /** What the directory has answered with (RFC 4511 §4.1.9); undefined where it has not answered. */
  get resultCode(): number | undefined {
    return this.cause instanceof ResultCodeError ? this.cause.code : undefined;
  }
}

/** What a search found. */
export type Found = { readonly entry: LdapEntry } | { readonly dns: readonly string[] } | undefined;

/** What a directory answers that has the wanted part of the tree elsewhere (RFC 4511 §4.1.10). */
const REFERRAL = 10;

/** Asks a directory, on a connection of its own each time. */
export class Directory {
  readonly #configuration: LdapConfiguration;
  readonly #tls: DirectoryTls;

  constructor(configuration: LdapConfiguration, tls: DirectoryTls) {
    this.#configuration = configuration;
    this.#tls = tls;
  }

  /**
   * Searches the entry of a login as the service that the file names. Other directories are never asked: they are the answer's
   * choice, not the administrator's.
   * @param refer Called with the addresses of other directories that the answer refers to for parts of the tree.
   * @returns The names of all where there is more than one; undefined where there is none.
   * @throws DirectoryError.
   */
  async find(filter: string, refer: (addresses: readonly string[]) => void = () => undefined): Promise<Found> {
    const { baseDn, homeAttribute, server } = this.#configuration;
    const attributes = [homeAttribute, ...ATTRIBUTES];
    return this.#connected(async (client) => {
      await client.bind(server.bindDn, server.bindPassword);
      try {
        const { searchEntries, searchReferences } = await client.search(baseDn, {
          scope: 'sub',
          derefAliases: 'never',
          filter,
          attributes,
          explicitBufferAttributes: attributes,
          // With a limit of one, others would be dropped without a word.
          sizeLimit: 2,
        });
        if (searchReferences.length > 0) refer(searchReferences);
        const [first, second] = searchEntries;
        if (second !== undefined) return { dns: searchEntries.map(({ dn }) => dn) };
        return first === undefined ? undefined : { entry: entryOf(first) };
      } catch (error) {
        if (error instanceof SizeLimitExceededError) return { dns: [] };
        throw error;
      }
    });
  }

  /**
   * Whether the directory takes a password for an entry.
   * @param dn Never empty: a directory may take that for nobody, and let it in.
   * @returns Why not, for the log; undefined when it does.
   * @throws DirectoryError.
   */
  async refusal(dn: string, password: string): Promise<string | undefined> {
    if (dn === '' || password === '') return 'an empty name or password';
    return this.#connected(async (client) => {
      try {
        await client.bind(dn, password);
        return undefined;
      } catch (error) {
        if (!(error instanceof InvalidCredentialsError)) throw error;
        // Active Directory says why: expired, disabled, locked.
        const reason = /data ([0-9a-f]+)/i.exec(error.message)?.[1];
        return reason === undefined || reason === '52e' ? 'wrong password' : `the directory refuses it (${reason})`;
      }
    });
  }

  async #connected<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const { scheme, host, port, startTls, timeoutMs } = this.#configuration.server;
    const { ca, isVerified } = this.#tls;
    const tls = { ...(ca === undefined ? {} : { ca }), rejectUnauthorized: isVerified, ...identity(host) };
    const isSocket = scheme === 'ldapi';
    const name = host.includes(':') ? `[${host}]` : host;
    const client = new Client({
      url: isSocket ? 'ldap://localhost' : `${scheme}://${name}:${port}`,
      timeout: timeoutMs,
      connectTimeout: timeoutMs,
      ...(scheme === 'ldaps' ? { tlsOptions: tls } : {}),
      ...(isSocket ? { createConnection: () => connect({ path: host }) } : {}),
    });
    try {
      if (startTls) await client.startTLS(tls);
      return await work(client);
    } catch (error) {
      throw new DirectoryError(`${scheme}://${host}: ${reasonOf(error)}`, { cause: error });
    } finally {
      // Nobody waits for a good-bye.
      client.unbind().catch(() => undefined);
    }
  }
}

/** What a certificate has to be for: an address is none of the names that a client asks for (RFC 6066 §3). */
function identity(host: string): { readonly host: string } | { readonly servername: string } {
  return isIP(host) === 0 ? { servername: host } : { host };
}

function reasonOf(error: unknown): string {
  if (error instanceof ResultCodeError && error.code === REFERRAL)
    return 'the base is in another directory, to which it refers: give that one as LDAPServer';
  const text = error instanceof Error ? error.message : String(error);
  const code = error instanceof ResultCodeError ? ` (code ${error.code})` : '';
  return `${text.replaceAll(/\s+/g, ' ')}${code}`;
}

function entryOf(entry: { readonly dn: string; readonly [attribute: string]: unknown }): LdapEntry {
  const values = new Map<string, Buffer[]>();
  for (const [attribute, value] of Object.entries(entry)) {
    const list: unknown[] = Array.isArray(value) ? value : [value];
    values.set(
      attribute.toLowerCase(),
      list.flatMap((one) => (Buffer.isBuffer(one) ? [one] : typeof one === 'string' ? [Buffer.from(one)] : [])),
    );
  }
  return { dn: entry.dn, values: (attribute) => values.get(attribute.toLowerCase()) ?? [] };
}
