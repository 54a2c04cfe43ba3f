// Options about where clients and their data connections come in.
import { SPACED_NUMBERS, WORD, YES } from '../key-forms.ts';
import { initially, option } from '../option.ts';
import { BadValue, portRange } from '../values.ts';

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
