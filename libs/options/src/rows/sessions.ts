// Options about sessions: how many, how long, and what clients are told.
import { COLON_NUMBERS, NUMBER, PATH, SPACED_NUMBERS, YES } from '../key-forms.ts';
import { initially, option } from '../option.ts';
import { filePath, idleSeconds, listLimits, positiveNumber, sessionLimits } from '../values.ts';

/** The C server's default [server-options §2]. */
const IDLE_SECONDS = 900;

export const SESSION_OPTIONS = [
  option({
    short: 'b',
    long: 'brokenclientscompatibility',
    description: 'no EPSV over IPv4, links shown as what they lead to, a password asked of anonymous users',
    keys: { BrokenClientsCompatibility: YES },
    fields: {
      /** Replies and listings for clients that cannot deal with better ones. */
      brokenClients: false,
    },
    set: { brokenClients: true },
  }),
  option({
    short: 'c',
    long: 'maxclientsnumber',
    argument: 'number',
    description: 'most sessions at a time (50)',
    keys: { MaxClientsNumber: NUMBER },
    fields: { maxClients: 50 },
    set: (value) => ({ maxClients: positiveNumber(value) }),
  }),
  option({
    short: 'C',
    long: 'maxclientsperip',
    argument: 'number',
    description: 'most sessions at a time from one address',
    keys: { MaxClientsPerIP: NUMBER },
    fields: {
      /** 0 for any number. */
      maxClientsPerAddress: 0,
    },
    set: (value) => ({ maxClientsPerAddress: positiveNumber(value) }),
  }),
  option({
    short: 'F',
    long: 'fortunesfile',
    argument: 'file',
    values: 'file',
    description: 'greet with an entry of this file, by chance; lines of % are between entries',
    keys: { FortunesFile: PATH },
    fields: {
      /** Entries, one of which is the greeting. */
      fortunesFile: initially<string | undefined>(undefined),
    },
    set: (value) => ({ fortunesFile: filePath(value) }),
  }),
  option({
    short: 'H',
    long: 'dontresolve',
    description: 'do not look up names of clients',
    keys: { DontResolve: YES },
    fields: { resolveClients: true },
    set: { resolveClients: false },
  }),
  option({
    short: 'I',
    long: 'maxidletime',
    argument: 'minutes',
    description: 'end sessions that say nothing for so long (15)',
    keys: { MaxIdleTime: NUMBER },
    fields: { idleSeconds: IDLE_SECONDS },
    set: (value) => ({ idleSeconds: idleSeconds(value, IDLE_SECONDS) }),
  }),
  option({
    short: 'L',
    long: 'limitrecursion',
    argument: 'files:depth',
    description: 'most entries of a listing, and directories it goes down (10000:5)',
    keys: { LimitRecursion: SPACED_NUMBERS },
    fields: {
      /** Entries of a listing, and directories it goes down. */
      listLimits: initially<{ readonly entries: number; readonly depth: number }>({ entries: 10_000, depth: 5 }),
    },
    set: (value) => ({ listLimits: listLimits(value) }),
  }),
  option({
    short: 'y',
    long: 'peruserlimits',
    argument: 'users:anon',
    description: 'most sessions at a time of one account, and of anonymous users; 0 for any number',
    notes: 'Sessions of other servers on the same scoreboard are counted, too.',
    keys: { PerUserLimits: COLON_NUMBERS },
    fields: {
      /** Where the account itself says nothing. */
      sessionsPerUser: 0,
      anonymousSessions: 0,
    },
    set: (value) => sessionLimits(value),
  }),
];
