// `-V`: the one address of the server at which not everybody is anonymous.
import { BlockList, isIPv6 } from 'node:net';

import type { Configuration } from '@pure-ftpd/options';

/** Whether users of a connection are all anonymous, or none, or some. @param localAddress What the client has connected to. */
export function anonymousAt(
  localAddress: string,
  { anonymous, rules: { trustedAddress } }: Pick<Configuration, 'anonymous' | 'rules'>,
): Configuration['anonymous'] {
  if (trustedAddress === undefined) return anonymous;
  // There are many ways to write an IPv6 address.
  const trusted = new BlockList();
  trusted.addAddress(trustedAddress, isIPv6(trustedAddress) ? 'ipv6' : 'ipv4');
  return trusted.check(localAddress, isIPv6(localAddress) ? 'ipv6' : 'ipv4') ? anonymous : 'only';
}
