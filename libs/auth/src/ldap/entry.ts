// From the entry of a directory to an account [ldap.md §5].
import { decodeName } from '@pure-ftpd/protocol';

import { type AccountLimits, type Home, NO_LIMITS, parseHome } from '../account.ts';
import { isAccountId } from '../account-id.ts';
import type { DefaultId, LdapConfiguration } from './configuration.ts';

/** An entry: the values of each attribute, as bytes. */
export interface LdapEntry {
  readonly dn: string;
  values(attribute: string): readonly Buffer[];
}

/** What an entry says of an account; undefined for one that has no home and is nobody's. */
export type EntryAccount =
  | {
      readonly kind: 'account';
      readonly uid: number;
      readonly gid: number;
      readonly home: Home;
      readonly limits: AccountLimits;
    }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly reason: string };

const MIB = 1_048_576n;
const KIB = 1024n;
const MAX_NUMBER = 0xffff_ffffn;

/** Attributes that are asked for, besides the home. */
export const ATTRIBUTES = [
  'uidNumber',
  'FTPuid',
  'gidNumber',
  'FTPgid',
  'userPassword',
  'FTPStatus',
  'FTPQuotaFiles',
  'FTPQuotaMBytes',
  'FTPDownloadRatio',
  'FTPUploadRatio',
  'FTPDownloadBandwidth',
  'FTPUploadBandwidth',
] as const;

/** An attribute that makes no sense. */
class AttributeError extends Error {}

export function accountOf(entry: LdapEntry, configuration: LdapConfiguration): EntryAccount {
  const [status] = entry.values('FTPStatus').map(String);
  if (status !== undefined && !/^(?:enabled|true)$/i.test(status))
    return { kind: 'refused', reason: 'the account is not enabled' };
  const [homeBytes] = entry.values(configuration.homeAttribute);
  const home = homeBytes === undefined || homeBytes.length === 0 ? configuration.defaultHome : decodeName(homeBytes);
  if (home === undefined) return { kind: 'unknown' };
  if (!home.startsWith('/') || home.includes('\0'))
    return { kind: 'refused', reason: 'the home directory is not an absolute path' };
  try {
    return {
      kind: 'account',
      uid: idOf(entry, ['FTPuid', 'uidNumber'], configuration.uid),
      gid: idOf(entry, ['FTPgid', 'gidNumber'], configuration.gid),
      home: parseHome(home),
      limits: {
        ...NO_LIMITS,
        quotaFiles: limitOf(entry, 'FTPQuotaFiles', 1n),
        quotaSize: limitOf(entry, 'FTPQuotaMBytes', MIB),
        uploadRatio: small(limitOf(entry, 'FTPUploadRatio', 1n)),
        downloadRatio: small(limitOf(entry, 'FTPDownloadRatio', 1n)),
        uploadBandwidth: limitOf(entry, 'FTPUploadBandwidth', KIB),
        downloadBandwidth: limitOf(entry, 'FTPDownloadBandwidth', KIB),
      },
    };
  } catch (error) {
    if (error instanceof AttributeError) return { kind: 'refused', reason: error.message };
    throw error;
  }
}

/** The first of some attributes that has one; 0 is none. @throws AttributeError. */
function idOf(entry: LdapEntry, attributes: readonly string[], { id, isForced }: DefaultId): number {
  if (isForced && id !== undefined) return id;
  for (const attribute of attributes) {
    const number = numberOf(entry, attribute);
    if (number === undefined || number === 0n) continue;
    if (!isAccountId(Number(number))) throw new AttributeError(`${attribute} is ${number}, with which nobody logs in`);
    return Number(number);
  }
  if (id === undefined) throw new AttributeError(`no ${attributes.join(', no ')} with which anybody logs in`);
  return id;
}

/** @returns undefined for none: 0 and what is negative. */
function limitOf(entry: LdapEntry, attribute: string, unit: bigint): bigint | undefined {
  const number = numberOf(entry, attribute);
  if (number === undefined || number <= 0n) return undefined;
  return (number > MAX_NUMBER ? MAX_NUMBER : number) * unit;
}

function small(limit: bigint | undefined): number | undefined {
  return limit === undefined ? undefined : Number(limit);
}

function numberOf(entry: LdapEntry, attribute: string): bigint | undefined {
  const [value] = entry.values(attribute).map(String);
  if (value === undefined) return undefined;
  if (!/^[+-]?\d{1,19}$/.test(value)) throw new AttributeError(`${attribute} is no number`);
  return BigInt(value);
}
