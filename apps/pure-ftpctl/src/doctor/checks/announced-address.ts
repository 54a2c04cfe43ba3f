import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

import { type Check, type Finding, problem, type Subject, warning, well } from '../finding.ts';

/** Addresses that nobody outside can reach (RFC 1918, 3927, 5735, 6598). */
const PRIVATE = new BlockList();
for (const [network, bits] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  PRIVATE.addSubnet(network, bits);

const REMEDY = 'set ForcePassiveIP to the address that clients connect to';

/** Whether clients can reach the address that PASV tells them. */
export const announcedAddress: Check = {
  name: 'announced address',
  async find({ configuration }) {
    const { announcedHost } = configuration;
    return announcedHost === undefined ? ownAddresses(configuration) : [await announced(announcedHost, configuration)];
  },
};

async function announced(host: string, configuration: Subject['configuration']): Promise<Finding> {
  const address = await addressOf(host);
  if (address === undefined) return problem(`ForcePassiveIP ${host} has no IPv4 address`, REMEDY);
  const what = host === address ? `ForcePassiveIP ${host}` : `ForcePassiveIP ${host} (${address})`;
  if (PRIVATE.check(address) && !isLocalOnly(configuration))
    return problem(`${what} is a private address: nobody outside can reach it`, REMEDY);
  return well(`${what} is announced for passive data connections`);
}

/** Without an address to announce, that of the control connection is: a private one where a router stands in between. */
function ownAddresses(configuration: Subject['configuration']): Finding[] {
  if (configuration.ipv6Only || isLocalOnly(configuration)) return [];
  const own = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
  if (own.length === 0 || own.some((address) => !PRIVATE.check(address))) return [];
  const text = `this machine has private addresses only (${own.join(', ')}), and these are announced to clients`;
  return [warning(text, `where clients come from outside: ${REMEDY}`)];
}

/** Whether only clients of private networks can come. */
function isLocalOnly({ bind }: Subject['configuration']): boolean {
  return bind.host !== undefined && isIP(bind.host) === 4 && PRIVATE.check(bind.host);
}

async function addressOf(host: string): Promise<string | undefined> {
  if (isIP(host) === 4) return host;
  try {
    return (await lookup(host, { family: 4 })).address;
  } catch {
    // The finding says so.
    return undefined;
  }
}
