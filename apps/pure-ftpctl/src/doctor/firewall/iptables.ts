// The rules that iptables-save prints.
import { all, type BaseChain, type Chains, not, type Rule, type Verdict } from './chain.ts';

/** The chain that connections to this machine come through, and those that it jumps to. */
export function readIptables(text: string): { readonly bases: BaseChain[]; readonly chains: Chains } {
  const chains = new Map<string, Rule[]>();
  let policy: BaseChain['policy'] = 'accept';
  let isFilter = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) isFilter = line === '*filter';
    if (!isFilter) continue;
    const [, name, ownPolicy] = /^:(\S+) (\S+)/.exec(line) ?? [];
    if (name !== undefined) chains.set(name, []);
    if (name === 'INPUT' && ownPolicy === 'DROP') policy = 'drop';
    const [, chain, rest] = /^-A (\S+) (.*)$/.exec(line) ?? [];
    const rule = rest === undefined ? undefined : ruleOf(rest);
    if (chain !== undefined && rule !== undefined) chains.get(chain)?.push(rule);
  }
  return { bases: [{ name: 'INPUT', rules: chains.get('INPUT') ?? [], policy }], chains };
}

function ruleOf(text: string): Rule | undefined {
  const words = text.split(/\s+/);
  const fits: Rule['fits'][] = [];
  for (let at = 0; at < words.length; at += 1) {
    const isNot = words[at] === '!';
    if (isNot) at += 1;
    const word = words[at] ?? '';
    if (word === '-j' || word === '-g') return { fits: all(fits), verdict: verdictOf(word, words[at + 1] ?? '') };
    // Its options follow, each a match of its own.
    if (word === '-m') {
      at += 1;
      continue;
    }
    const value = words[at + 1] ?? '';
    const match = matchOf(word, value);
    fits.push(isNot ? not(match) : match);
    if (!value.startsWith('-')) at += 1;
  }
  return undefined;
}

function verdictOf(word: string, target: string): Verdict {
  if (target === 'ACCEPT') return { kind: 'accept' };
  if (target === 'DROP' || target === 'REJECT') return { kind: 'drop' };
  if (target === 'RETURN') return { kind: 'return' };
  return { kind: word === '-g' ? 'goto' : 'jump', chain: target };
}

function matchOf(word: string, value: string): Rule['fits'] {
  switch (word) {
    case '-p':
      return () => value === 'tcp' || value === 'all' || value === '6';
    case '--dport':
    case '--dports':
      return (port) => value.split(',').some((range) => isWithin(range, port));
    case '-i':
      return () => (value === 'lo' ? false : undefined);
    case '--ctstate':
    case '--state':
      return () => value.split(',').includes('NEW');
    case '--comment':
      return () => true;
    default:
      return () => undefined;
  }
}

function isWithin(range: string, port: number): boolean {
  const [first = '', last = first] = range.split(':');
  return port >= Number(first) && port <= Number(last);
}
