import { isUtf8 } from 'node:buffer';

import { printableName } from '@pure-ftpd/protocol';

import type { AuthBackend, BackendResult, LoginAttempt } from '../backend.ts';
import { Outage } from '../outage.ts';
import { sourceOf } from '../source-of.ts';
import { within } from '../within.ts';
import type { LdapConfiguration } from './configuration.ts';
import { type Directory, DirectoryError } from './directory.ts';
import { accountOf, type LdapEntry } from './entry.ts';
import { verifyStoredPassword } from './stored-password.ts';

/** Milliseconds that all the questions of a login may take. */
const LOGIN_MS = 10_000;

/** Characters of addresses that a line of the log has room for. */
const MAX_TOLD = 500;

/** A login for questions of the administrator's. */
const NOBODY = '0';

const SERVER_REMEDY = 'start it, or mend where it is and its TLS';
const BLAME_SERVER = { key: 'LDAPServer', remedy: SERVER_REMEDY } as const;
/** By the result codes of RFC 4511 §4.1.9, the key to look at. */
const BLAMES = [
  { code: 32, key: 'LDAPBaseDN', remedy: 'mend the name, or let LDAPBindDN see it' },
  { code: 49, key: 'LDAPBindDN', remedy: 'mend it or its password' },
  { code: 50, key: 'LDAPBindDN', remedy: 'let it search below LDAPBaseDN' },
] as const;

/**
 * Accounts of a directory [ldap.md]: an entry is searched, then either the directory says whether the password is right, or the
 * entry does.
 */
export class LdapBackend implements AuthBackend {
  readonly method = 'ldap';
  readonly computesHashes: boolean;
  readonly #configuration: LdapConfiguration;
  readonly #directory: Directory;
  readonly #outage: Outage;
  #hasToldReferral = false;

  constructor(configuration: LdapConfiguration, directory: Directory) {
    this.computesHashes = configuration.authentication === 'password';
    this.#configuration = configuration;
    this.#directory = directory;
    this.#outage = new Outage('The LDAP server');
  }

  async authenticate(attempt: LoginAttempt): Promise<BackendResult> {
    const { login, log = () => undefined, signal: gone } = attempt;
    const filter = this.#configuration.filter.render(login);
    if (filter === undefined || this.#outage.pause !== undefined) return { kind: 'unknown' };
    const time = AbortSignal.timeout(LOGIN_MS);
    try {
      const signal = gone === undefined ? time : AbortSignal.any([gone, time]);
      const result = await within(this.#judge(attempt, filter, signal), signal);
      this.#outage.worked(log);
      return result;
    } catch (error) {
      if (gone?.aborted === true) return { kind: 'unknown' };
      if (time.aborted) this.#outage.failed(`no answer in ${LOGIN_MS / 1000} s`, log);
      else if (error instanceof DirectoryError) this.#outage.failed(error.message, log);
      else throw error;
      return { kind: 'unknown' };
    }
  }

  async probe(): Promise<string | undefined> {
    const filter = this.#configuration.filter.render(NOBODY);
    const time = AbortSignal.timeout(LOGIN_MS);
    try {
      if (filter !== undefined) await within(this.#directory.find(filter), time);
      return undefined;
    } catch (error) {
      const { place } = this.#configuration;
      if (time.aborted) return `${place('LDAPServer')}: no answer from the directory in time: ${SERVER_REMEDY}`;
      if (!(error instanceof DirectoryError)) throw error;
      const { key, remedy } = BLAMES.find(({ code }) => code === error.resultCode) ?? BLAME_SERVER;
      return `${place(key)}: the directory cannot be asked: ${error.message}: ${remedy}`;
    }
  }

  async #judge(attempt: LoginAttempt, filter: string, signal: AbortSignal): Promise<BackendResult> {
    const { login } = attempt;
    const warn = (text: string): void => attempt.log?.('warning', `ldap: ${printableName(login)}: ${text}`);
    const found = await this.#directory.find(filter, (addresses) => this.#tellReferral(addresses, attempt));
    if (found === undefined) return { kind: 'unknown' };
    if ('dns' in found) {
      warn(`the search returned several entries; refusing ambiguous result: ${printableName(found.dns.join(' and '))}`);
      return { kind: 'refused', reason: 'several entries' };
    }
    const { entry } = found;
    const account = accountOf(entry, this.#configuration);
    if (account.kind === 'unknown') return account;
    if (account.kind === 'refused') {
      warn(account.reason);
      return account;
    }
    const refusal =
      this.#configuration.authentication === 'bind'
        ? await this.#tryPassword(entry, attempt)
        : await this.#comparePassword(entry, attempt, signal, warn);
    if (refusal !== undefined) return refusal;
    const { uid, gid, home, limits } = account;
    return {
      kind: 'accepted',
      account: { login, method: this.method, uid, gid, home, limits, resolvesNames: false },
    };
  }

  /** Says once that a part of the tree is not searched: each login has the same answer. */
  #tellReferral(addresses: readonly string[], { log }: LoginAttempt): void {
    if (this.#hasToldReferral) return;
    this.#hasToldReferral = true;
    const names = printableName(addresses.join(' ').slice(0, MAX_TOLD));
    log?.(
      'warning',
      `ldap: referrals are not followed: a part of the tree is in another directory, which is not asked [${names}]`,
    );
  }

  /** Lets the directory say it. */
  async #tryPassword({ dn }: LdapEntry, { password }: LoginAttempt): Promise<BackendResult | undefined> {
    // A directory stores UTF-8 (RFC 4513 §5.1.3); a NUL would end the password for many of them.
    if (password.length === 0 || !isUtf8(password) || password.includes(0))
      return { kind: 'refused', reason: 'a password that no directory can have' };
    const reason = await this.#directory.refusal(dn, Buffer.from(password).toString());
    return reason === undefined ? undefined : { kind: 'refused', reason };
  }

  /** Compares with what the entry has: any of its passwords will do. */
  async #comparePassword(
    entry: LdapEntry,
    { password, clientAddress }: LoginAttempt,
    signal: AbortSignal,
    warn: (text: string) => void,
  ): Promise<BackendResult | undefined> {
    const stored = entry.values('userPassword');
    if (stored.length === 0) {
      warn('LDAP returned no userPassword attribute, check LDAP access rights.');
      return { kind: 'unknown' };
    }
    for (const value of stored) {
      const verdict = await verifyStoredPassword(password, value, {
        source: sourceOf(clientAddress),
        signal,
        onUnusable: (error) => warn(error.message),
      });
      if (verdict === 'right') return undefined;
      if (verdict !== 'wrong')
        warn(`the scheme {${printableName(verdict.unknownScheme)}} of userPassword is not known`);
    }
    return { kind: 'refused', reason: 'wrong password' };
  }
}
