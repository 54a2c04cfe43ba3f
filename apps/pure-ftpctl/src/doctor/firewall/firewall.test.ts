import { expect, test } from 'vitest';

import { isOpen } from './chain.ts';
import { readIptables } from './iptables.ts';
import { readNftables } from './nftables.ts';

/** Which of some ports are open to everybody. */
function open({ bases, chains }: ReturnType<typeof readIptables>): number[] {
  return [20, 21, 30_000, 30_009, 30_010].filter((port) => isOpen(bases, chains, port));
}

const iptables = (policy: string, ...rules: readonly string[]): ReturnType<typeof readIptables> =>
  readIptables(['*filter', `:INPUT ${policy} [0:0]`, ':ours - [0:0]', ...rules, 'COMMIT', ''].join('\n'));

test.each<[string, ReturnType<typeof readIptables>, number[]]>([
  ['nothing is closed without rules', iptables('ACCEPT'), [20, 21, 30_000, 30_009, 30_010]],
  ['a policy closes what no rule opens', iptables('DROP', '-A INPUT -p tcp -m tcp --dport 21 -j ACCEPT'), [21]],
  [
    'lists, ranges and own chains',
    iptables('DROP', '-A INPUT -p tcp -j ours', '-A ours -p tcp -m multiport --dports 21,30000:30009 -j ACCEPT'),
    [21, 30_000, 30_009],
  ],
  [
    'what is for some is not for everybody',
    iptables(
      'DROP',
      '-A INPUT -i lo -j ACCEPT',
      '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      '-A INPUT -s 192.0.2.0/24 -p tcp -m tcp --dport 21 -j ACCEPT',
      '-A INPUT -p udp -m udp --dport 20 -j ACCEPT',
      '-A INPUT -p tcp -m conntrack --ctstate NEW -m tcp --dport 30000 -m comment --comment passive -j ACCEPT',
    ),
    [30_000],
  ],
  [
    'the first rule that fits decides; what is not meant, does not fit',
    iptables(
      'ACCEPT',
      '-A INPUT -p tcp -m tcp --dport 21 -j ACCEPT',
      '-A INPUT -p tcp -m tcp ! --dport 30000 -j REJECT',
    ),
    [21, 30_000],
  ],
])('iptables: %s', (_, rules, ports) => {
  expect(open(rules)).toEqual(ports);
});

const dport = (right: unknown): object => ({
  match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right },
});

function nft(policy: string, ...rules: readonly (readonly object[])[]): ReturnType<typeof readNftables> {
  const place = { family: 'inet', table: 'filter' };
  return readNftables(
    JSON.stringify({
      nftables: [
        { chain: { ...place, name: 'input', type: 'filter', hook: 'input', policy } },
        { chain: { ...place, name: 'ours' } },
        ...rules.map((expr) => ({ rule: { ...place, chain: 'input', expr } })),
        {
          rule: {
            ...place,
            chain: 'ours',
            expr: [dport({ set: [21, { range: [30_000, 30_009] }] }), { accept: null }],
          },
        },
      ],
    }),
  );
}

test.each<[string, ReturnType<typeof readNftables>, number[]]>([
  ['a policy closes what no rule opens', nft('drop', [dport(21), { counter: {} }, { accept: null }]), [21]],
  ['sets, ranges and own chains', nft('drop', [{ jump: { target: 'ours' } }]), [21, 30_000, 30_009]],
  [
    'what is for some, or what nobody here knows, is not for everybody',
    nft(
      'drop',
      [{ match: { op: 'in', left: { ct: { key: 'state' } }, right: ['established', 'related'] } }, { accept: null }],
      [{ match: { op: '==', left: { meta: { key: 'iifname' } }, right: 'lo' } }, { accept: null }],
      [{ limit: { rate: 5 } }, { accept: null }],
      [
        { match: { op: '==', left: { payload: { protocol: 'ip', field: 'saddr' } }, right: '192.0.2.1' } },
        { accept: null },
      ],
      [{ match: { op: '==', left: { meta: { key: 'l4proto' } }, right: 'udp' } }, { accept: null }],
    ),
    [],
  ],
  ['a rule that drops', nft('accept', [dport({ range: [30_000, 30_005] }), { drop: null }]), [20, 21, 30_009, 30_010]],
])('nftables: %s', (_, rules, ports) => {
  expect(open(rules)).toEqual(ports);
});
