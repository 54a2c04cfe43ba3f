import { spawnSync } from 'node:child_process';

import { type BaseChain, type Chains, isOpen } from './chain.ts';
import { readIptables } from './iptables.ts';
import { readNftables } from './nftables.ts';

/** What the firewall of this machine says. */
export interface FirewallRules {
  /** The program it is set with. */
  readonly source: string;
  /** What becomes of new connections to a port, whoever makes them. */
  judge(port: number): 'open' | 'closed';
  /** The command that opens ports. */
  remedy(first: number, last: number): string;
}

const LIMITS = { encoding: 'utf8', timeout: 10_000, maxBuffer: 16 * 1024 * 1024 } as const;

/** @returns undefined where neither program is there, or may be asked. */
export function firewallRules(): FirewallRules | undefined {
  const nft = spawnSync('nft', ['-j', 'list', 'ruleset'], LIMITS);
  if (nft.status === 0) {
    const { bases, chains } = readNftables(nft.stdout);
    const [base] = bases.filter(({ policy }) => policy === 'drop');
    const chain = (base ?? bases[0])?.name ?? 'inet filter input';
    return rulesOf(
      'nftables',
      bases,
      chains,
      (ports) => `nft insert rule ${chain} tcp dport ${ports.replace(':', '-')} accept`,
    );
  }
  const saved = spawnSync('iptables-save', [], LIMITS);
  if (saved.status !== 0) return undefined;
  const { bases, chains } = readIptables(saved.stdout);
  return rulesOf('iptables', bases, chains, (ports) => `iptables -I INPUT -p tcp --dport ${ports} -j ACCEPT`);
}

function rulesOf(
  source: string,
  bases: readonly BaseChain[],
  chains: Chains,
  command: (ports: string) => string,
): FirewallRules {
  return {
    source,
    judge: (port) => (isOpen(bases, chains, port) ? 'open' : 'closed'),
    remedy: (first, last) => command(first === last ? String(first) : `${first}:${last}`),
  };
}
