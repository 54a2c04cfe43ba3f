// Options about clients who misbehave.
import { initially, option } from '../option.ts';
import { penalties, type PenaltySettings } from '../penalties.ts';
import { networks } from '../values.ts';

export const PENALTY_OPTIONS = [
  option({
    long: 'penalties',
    argument: 'yes, no or word:value,...',
    description: 'refuse clients for a while who guess passwords or misbehave, in words of sshd_config(5)',
    notes:
      '`no` is the default; `yes` is `crash:90s,authfail:5s,invaliduser:5s,noauth:1s,grace-exceeded:10s,flood:5s,protocol:10s,min:15s,max:10m,max-sources4:65536,max-sources6:65536,overflow:permissive`. ' +
      'See [below](#bans).',
    fields: { penalties: initially<PenaltySettings | undefined>(undefined) },
    set: (value, now) => ({ penalties: penalties(value, now.penalties) }),
  }),
  option({
    long: 'penalty-exempt',
    argument: 'network,...',
    description: 'clients who are never penalised; may be repeated',
    notes: 'Those of `--proxy-from` are not, either.',
    fields: {
      /** Networks whose clients are not penalised. */
      penaltyExempt: initially<readonly string[]>([]),
    },
    set: (value, { penaltyExempt }) => ({ penaltyExempt: [...penaltyExempt, ...networks(value)] }),
  }),
];
