// Options about where clients and their data connections come in.
import type { AnnounceRule } from '@pure-ftpd/server';
import { AnnouncedAddresses } from '@pure-ftpd/server/internal';

import { SPACED_NUMBERS, WORD, YES } from '../key-forms.ts';
import { initially, option } from '../option.ts';
import { BadValue, networks, portRange } from '../values.ts';

/** Where to listen; without a host on all addresses. A port may be the name of a service. */
export interface Bind {
  readonly host: string | undefined;
  readonly port: string;
}

/** As in C the first address counts, but the last port. */
function bind(value: string, before: Bind): Bind {
  const comma = value.indexOf(',');
  const host = comma === -1 ? '' : value.slice(0, comma);
  const port = value.slice(comma + 1);
  if (value === '' || value === ',' || /[\s,]/.test(port)) throw new BadValue('[ADDRESS,][PORT] is');
  return {
    host: before.host ?? (host === '' ? undefined : host),
    port: port === '' ? before.port : port,
  };
}

/** `client=` and `local=` in any order, each once, then what is announced. */
function announceRule(value: string): AnnounceRule {
  const conditions = value.split(',');
  const announce = conditions.pop() ?? '';
  const rule: { client?: string; local?: string; announce: string } = { announce };
  const expected = '[client=NETWORK,][local=ADDRESS,]ADDRESS is';
  for (const condition of conditions) {
    const [, name, text = ''] = /^(client|local)=(.+)$/.exec(condition) ?? [];
    if ((name !== 'client' && name !== 'local') || rule[name] !== undefined) throw new BadValue(expected);
    rule[name] = text;
  }
  try {
    void new AnnouncedAddresses([rule]);
  } catch (error) {
    if (error instanceof RangeError) throw new BadValue(expected);
    throw error;
  }
  return rule;
}

const FXP = {
  /** Whose data connections may go to other hosts. */
  fxp: initially<'nobody' | 'users' | 'everybody'>('nobody'),
};

export const LISTENING_OPTIONS = [
  option({
    short: '4',
    long: 'ipv4only',
    description: 'listen on IPv4 only',
    keys: { IPV4Only: YES },
    fields: { ipv4Only: false },
    set: { ipv4Only: true },
  }),
  option({
    short: '6',
    long: 'ipv6only',
    description: 'listen on IPv6 only',
    keys: { IPV6Only: YES },
    fields: { ipv6Only: false },
    set: { ipv6Only: true },
  }),
  option({
    short: 'S',
    long: 'bind',
    argument: '[address,][port]',
    description: 'where to listen (all addresses, port 21)',
    keys: { Bind: WORD },
    fields: { bind: initially<Bind>({ host: undefined, port: '21' }) },
    set: (value, now) => ({ bind: bind(value, now.bind) }),
  }),
  option({
    short: 'p',
    long: 'passiveportrange',
    argument: 'first:last',
    description: 'ports for passive data connections',
    keys: { PassivePortRange: SPACED_NUMBERS },
    fields: { passivePorts: initially<readonly [first: number, last: number] | undefined>(undefined) },
    set: (value) => ({ passivePorts: portRange(value) }),
  }),
  option({
    short: 'P',
    long: 'forcepassiveip',
    argument: 'address or host',
    description: 'IPv4 address to announce for passive data connections',
    keys: { ForcePassiveIP: WORD },
    fields: {
      /** IPv4 address or host name that 227 announces: the first that is given. */
      announcedHost: initially<string | undefined>(undefined),
    },
    set(value, now) {
      if (!/^[A-Za-z0-9_.-]{1,253}$/.test(value)) throw new BadValue('an IPv4 address or a host name is');
      return { announcedHost: now.announcedHost ?? value };
    },
  }),
  option({
    long: 'announce-rule',
    argument: '[client=network,][local=address,]address or host',
    description: 'IPv4 address to announce for passive data connections to some clients; may be repeated',
    notes:
      'The first rule that is met counts, before `-P`. `client` is the network that the client is in; `local` what it has connected ' +
      'to: an address of this machine, or of the proxy that brings it (`--proxy-from`). A name is looked up again as it changes.',
    fields: { announceRules: initially<readonly AnnounceRule[]>([]) },
    set: (value, { announceRules }) => ({ announceRules: [...announceRules, announceRule(value)] }),
  }),
  option({
    long: 'proxy-from',
    argument: 'network,...',
    description:
      'load balancers that say by the PROXY protocol, version 1 or 2, who their clients are; may be repeated',
    notes:
      'Each connection from these networks, for data as well, has to begin with a header, in clear also before implicit TLS: without ' +
      'a whole one within 3 seconds it is closed, with a line in the log. Nobody else is believed. See [below](#load-balancers).',
    fields: {
      /** Networks of proxies that are believed. */
      proxyFrom: initially<readonly string[]>([]),
    },
    set: (value, { proxyFrom }) => ({ proxyFrom: [...proxyFrom, ...networks(value)] }),
  }),
  option({
    short: 'w',
    long: 'allowuserfxp',
    description: 'let users transfer files to and from other servers (FXP)',
    keys: { AllowUserFXP: YES },
    fields: FXP,
    set: { fxp: 'users' },
  }),
  option({
    short: 'W',
    long: 'allowanonymousfxp',
    description: 'let everybody, anonymous users too, transfer files to and from other servers (FXP)',
    keys: { AllowAnonymousFXP: YES },
    fields: FXP,
    set: { fxp: 'everybody' },
  }),
];
