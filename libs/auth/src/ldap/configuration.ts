// The file of `-l ldap:FILE` [ldap.md §3].
import { failAt, type KeyFile, placeOf, readKeyFile } from '../key-file.ts';
import { isAccountId } from '../account-id.ts';
import { FilterSyntaxError, LoginFilter } from './filter.ts';

/** Where a directory is, and how it is talked to. */
export interface LdapServer {
  readonly scheme: 'ldap' | 'ldaps' | 'ldapi';
  /** A name or an address; of `ldapi` the path of the socket. */
  readonly host: string;
  readonly port: number;
  readonly startTls: boolean;
  /** File of the authorities that may vouch for the server. */
  readonly tlsCa: string | undefined;
  /** Who searches; empty for nobody. */
  readonly bindDn: string;
  readonly bindPassword: string;
  /** Milliseconds for each answer. */
  readonly timeoutMs: number;
}

/** An id for entries that have none, or for all. */
export interface DefaultId {
  readonly id: number | undefined;
  readonly isForced: boolean;
}

/** All that a file says. */
export interface LdapConfiguration {
  readonly server: LdapServer;
  readonly baseDn: string;
  readonly filter: LoginFilter;
  /** Who compares passwords: the directory, or this server. */
  readonly authentication: 'bind' | 'password';
  readonly homeAttribute: string;
  readonly defaultHome: string | undefined;
  readonly uid: DefaultId;
  readonly gid: DefaultId;
  /** File, line and key, for messages. */
  readonly place: (key: LdapKey) => string;
  /** What the administrator should know, one line each. */
  readonly warnings: readonly string[];
}

const KEYS = [
  'LDAPScheme',
  'LDAPServer',
  'LDAPPort',
  'LDAPBaseDN',
  'LDAPBindDN',
  'LDAPBindPW',
  'LDAPAuthMethod',
  'LDAPFilter',
  'LDAPHomeDir',
  'LDAPDefaultHomeDirectory',
  'LDAPDefaultUID',
  'LDAPDefaultGID',
  'LDAPForceDefaultUID',
  'LDAPForceDefaultGID',
  'LDAPUseTLS',
  'LDAPVersion',
  'LDAPTLSCA',
  'LDAPTimeout',
] as const;
export type LdapKey = (typeof KEYS)[number];

const PORTS = { ldap: 389, ldaps: 636, ldapi: 0 } as const;
const DEFAULT_FILTER = String.raw`(&(objectClass=posixAccount)(uid=\L))`;
const LOCAL = /^(?:localhost|127\.[\d.]+|::1)$/i;
const TIMEOUT_SECONDS = 5;

/** @throws LoginMethodError with file, line and what to do. */
export function readLdapConfiguration(path: string): LdapConfiguration {
  return new Reader(readKeyFile(path, KEYS)).read();
}

/** Takes a file apart, key by key. */
class Reader {
  readonly #file: KeyFile;

  constructor(file: KeyFile) {
    this.#file = file;
  }

  read(): LdapConfiguration {
    const baseDn = this.#value('LDAPBaseDN') ?? this.#fail('LDAPBaseDN', 'is missing: write where entries are');
    if (!['3', undefined].includes(this.#value('LDAPVersion'))) this.#fail('LDAPVersion', 'only 3 is spoken');
    const server = this.#server();
    const authentication = this.#authentication(server);
    return {
      server,
      baseDn,
      filter: this.#filter(),
      authentication,
      homeAttribute: this.#value('LDAPHomeDir') ?? 'homeDirectory',
      defaultHome: this.#home(),
      uid: this.#id('LDAPDefaultUID', 'LDAPForceDefaultUID'),
      gid: this.#id('LDAPDefaultGID', 'LDAPForceDefaultGID'),
      place: (key) => placeOf(this.#file, key),
      warnings: this.#warnings(server, authentication),
    };
  }

  #value(key: LdapKey): string | undefined {
    return this.#file.lines.get(key)?.value;
  }

  #fail(key: LdapKey, reason: string): never {
    return failAt(this.#file.path, this.#file.lines.get(key)?.line, `${key}: ${reason}`);
  }

  /** One of some words, in any case. */
  #word<Word extends string>(key: LdapKey, words: readonly Word[], byDefault: Word): Word {
    const value = this.#value(key)?.toLowerCase();
    if (value === undefined) return byDefault;
    return words.find((word) => word === value) ?? this.#fail(key, `one of ${words.join(', ')} is expected`);
  }

  #isTrue(key: LdapKey): boolean {
    return this.#word(key, ['true', 'false'], 'false') === 'true';
  }

  #server(): LdapServer {
    const scheme = this.#word('LDAPScheme', ['ldap', 'ldaps', 'ldapi'], 'ldap');
    const host = this.#value('LDAPServer') ?? 'localhost';
    const path = scheme === 'ldapi' ? this.#socket(host) : host;
    if (scheme !== 'ldapi' && /[/\s,]/.test(host)) this.#fail('LDAPServer', 'one name or address is expected');
    const port = Number.parseInt(this.#value('LDAPPort') ?? '', 10);
    const seconds = this.#value('LDAPTimeout') ?? String(TIMEOUT_SECONDS);
    if (!/^[1-9]\d{0,3}$/.test(seconds)) this.#fail('LDAPTimeout', 'seconds are expected');
    return {
      scheme,
      host: path,
      port: port >= 1 && port <= 65_535 ? port : PORTS[scheme],
      startTls: this.#isTrue('LDAPUseTLS') && scheme === 'ldap',
      tlsCa: this.#value('LDAPTLSCA'),
      bindDn: this.#value('LDAPBindDN') ?? '',
      // Without a name a password says nothing.
      bindPassword: this.#value('LDAPBindDN') === undefined ? '' : (this.#value('LDAPBindPW') ?? ''),
      timeoutMs: Number(seconds) * 1000,
    };
  }

  /** A path, as it is or as in a URL. */
  #socket(host: string): string {
    let path: string;
    try {
      path = decodeURIComponent(host);
    } catch {
      // No URL after all.
      path = host;
    }
    return path.startsWith('/') ? path : this.#fail('LDAPServer', 'of ldapi is the absolute path of a socket');
  }

  #authentication({ bindDn, bindPassword }: LdapServer): 'bind' | 'password' {
    if (bindDn !== '' && bindPassword === '')
      this.#fail('LDAPBindPW', 'is missing: a directory takes no name without a password');
    const value = this.#value('LDAPAuthMethod')?.toLowerCase() ?? (bindDn === '' ? 'bind' : 'password');
    if (value === 'bind' || value === 'password') return value;
    return this.#fail(
      'LDAPAuthMethod',
      "Invalid LDAPAuthMethod in the configuration file. Should be 'bind' or 'password'.",
    );
  }

  #filter(): LoginFilter {
    try {
      return new LoginFilter(this.#value('LDAPFilter') ?? DEFAULT_FILTER);
    } catch (error) {
      if (error instanceof FilterSyntaxError) return this.#fail('LDAPFilter', error.message);
      throw error;
    }
  }

  #home(): string | undefined {
    const home = this.#value('LDAPDefaultHomeDirectory');
    if (home?.startsWith('/') === false) this.#fail('LDAPDefaultHomeDirectory', 'an absolute path is expected');
    return home;
  }

  #id(key: LdapKey, forced: LdapKey): DefaultId {
    const text = this.#value(key);
    const isForced = this.#isTrue(forced);
    if (text === undefined) {
      if (isForced) this.#fail(forced, `needs ${key}`);
      return { id: undefined, isForced };
    }
    if (!/^\d{1,10}$/.test(text) || !isAccountId(Number(text)))
      this.#fail(key, 'the number of a user or group that is not root is expected');
    return { id: Number(text), isForced };
  }

  #warnings({ scheme, host, startTls, bindPassword }: LdapServer, authentication: 'bind' | 'password'): string[] {
    const { path, isPublic } = this.#file;
    const warnings: string[] = [];
    if (isPublic && bindPassword !== '')
      warnings.push(`${path}: anybody may read this file, which has a password: chmod 640`);
    const isClear = scheme === 'ldap' && !startTls && !LOCAL.test(host);
    if (isClear && (bindPassword !== '' || authentication === 'bind'))
      warnings.push(`${path}: passwords go to ${host} in clear: write LDAPUseTLS True, or LDAPScheme ldaps`);
    return warnings;
  }
}
