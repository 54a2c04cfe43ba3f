import { printableName } from '@pure-ftpd/protocol';
import { isInNetwork, parseAddress, parseAddressRule, type Address } from './address-rule.ts';
import type { UserRecord } from './record.ts';

/** The two ends of a control connection, as numeric addresses. */
export interface SessionAddresses {
  readonly local: string;
  readonly client: string;
}

/** Gives the first address of a name in a family; rejects when there is none. */
export type AddressResolver = (name: string, family: 4 | 6) => Promise<string>;

/** The fields of a record that say from where and to where a user may connect. */
export type AddressLists = Pick<UserRecord, 'allowedLocal' | 'deniedLocal' | 'allowedClient' | 'deniedClient'>;

/** Whether the user may log in here. */
export interface AddressDecision {
  readonly allowed: boolean;
  /** Why not, in one line for the log. */
  readonly reason?: string;
  /** Lines for the log: names that did not resolve, and so matched nobody. */
  readonly warnings: readonly string[];
}

/** The resolver of the system, hosts file included; it also takes numeric forms such as `0xc000024d`. */
export const resolveHostName: AddressResolver = async (name, family) => {
  const { lookup } = await import('node:dns/promises');
  return (await lookup(name, { family })).address;
};

/**
 * Evaluates the four lists of a record [spec puredb.md §3]: local ones on the address the client connected to, client ones
 * on the client's. Each pair passes when the allow list is empty or matches, and the deny list does not match. As in C,
 * the lists count only when all four fields are there.
 *
 * A pattern is an IPv4 address or network, an IPv6 one in brackets, or a name. A malformed pattern that is reached before
 * a match refuses the login, in either list, unless it is clearly of the other address family.
 */
export async function checkAddresses(
  lists: AddressLists,
  addresses: SessionAddresses,
  resolve: AddressResolver = resolveHostName,
): Promise<AddressDecision> {
  const warnings: string[] = [];
  const { allowedLocal, deniedLocal, allowedClient, deniedClient } = lists;
  if (
    allowedLocal === undefined ||
    deniedLocal === undefined ||
    allowedClient === undefined ||
    deniedClient === undefined
  ) {
    return { allowed: true, warnings };
  }
  const reason =
    (await refusal('local', addresses.local, allowedLocal, deniedLocal, resolve, warnings)) ??
    (await refusal('client', addresses.client, allowedClient, deniedClient, resolve, warnings));
  return reason === undefined ? { allowed: true, warnings } : { allowed: false, reason, warnings };
}

/** Why a pair of lists refuses an address. */
async function refusal(
  side: 'local' | 'client',
  text: string,
  allow: string,
  deny: string,
  resolve: AddressResolver,
  warnings: string[],
): Promise<string | undefined> {
  if (allow === '' && deny === '') return undefined;
  const address = parseAddress(text);
  if (address === undefined) return `${side} address "${printableName(text)}" is not numeric`;
  for (const [list, rules] of [
    ['allowed', allow],
    ['denied', deny],
  ] as const) {
    if (rules === '') continue;
    const result = await matchList(rules, address, resolve, warnings);
    if (result.malformed !== undefined) {
      return `malformed pattern "${printableName(result.malformed)}" in the ${list} ${side} addresses`;
    }
    if (list === 'allowed' && !result.matched) return `${side} address ${text} is not among the allowed ones`;
    if (list === 'denied' && result.matched) return `${side} address ${text} is denied`;
  }
  return undefined;
}

interface ListResult {
  readonly matched: boolean;
  /** The pattern at which the evaluation ended. */
  readonly malformed?: string;
}

/** Patterns are tried from left to right; the first that matches, or is malformed, decides. */
async function matchList(
  list: string,
  address: Address,
  resolve: AddressResolver,
  warnings: string[],
): Promise<ListResult> {
  for (const text of list.split(',')) {
    const rule = parseAddressRule(text);
    switch (rule.kind) {
      case 'network':
        if (isInNetwork(address, rule.address, rule.prefix)) return { matched: true };
        break;
      case 'name':
        if (await isAddressOf(rule.name, address, resolve, warnings)) return { matched: true };
        break;
      case 'malformed':
        if (rule.family === undefined || rule.family === address.family) return { matched: false, malformed: text };
        break;
      case 'empty':
        break;
    }
  }
  return { matched: false };
}

async function isAddressOf(
  name: string,
  address: Address,
  resolve: AddressResolver,
  warnings: string[],
): Promise<boolean> {
  let resolved: string;
  try {
    resolved = await resolve(name, address.family);
  } catch (error) {
    const what = error instanceof Error ? ('code' in error ? String(error.code) : error.message) : String(error);
    warnings.push(`puredb: [${name}] => [${what}]`);
    return false;
  }
  const found = parseAddress(resolved);
  return found !== undefined && found.family === address.family && found.value === address.value;
}
