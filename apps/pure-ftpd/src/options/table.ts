// The option table: one row says all there is to know of an option. Parsing and --help read it here.
import path from 'node:path';

import { checkMethod, LoginMethodError, METHOD_FORMS, parseLoginMethod } from '@pure-ftpd/auth';
import type { OptionSpec } from '@pure-ftpd/cli';

import { StartError } from '../errors.ts';
import { type Draft, IDLE_SECONDS } from './configuration.ts';
import { LIMIT_OPTIONS } from './limit-options.ts';
import { LOG_OPTIONS } from './log-options.ts';
import { RULE_OPTIONS } from './rules.ts';
import { OWN_TLS_OPTIONS, TLS_OPTIONS } from './tls-options.ts';
import {
  badValue,
  creationModes,
  idleSeconds,
  percentage,
  portRange,
  positiveNumber,
  seconds,
  sessionLimits,
  groupId,
  userId,
  listLimits,
} from './values.ts';
import { VIRTUAL_CHROOT_OPTIONS } from './virtual-chroot.ts';

/** A row: what the option is called, takes and does to the configuration. */
export interface Option extends OptionSpec {
  readonly long: string;
  /** Of the C server, and not built yet. */
  readonly unsupported?: true;
  /** @throws StartError, HelpRequest, VersionRequest. */
  apply(draft: Draft, value: string): void;
}

/** Ends the reading of options: help is wanted. */
export class HelpRequest extends Error {}
/** Ends the reading of options: the version is wanted. */
export class VersionRequest extends Error {}
/** Ends the reading of options: what a configuration file would run is wanted. */
export class CheckRequest extends Error {
  readonly file: string;

  constructor(file: string) {
    super();
    this.file = file;
  }
}

function bind(draft: Draft, value: string): void {
  const comma = value.indexOf(',');
  const host = comma === -1 ? '' : value.slice(0, comma);
  const port = value.slice(comma + 1);
  if (value === '' || value === ',' || /[\s,]/.test(port)) throw badValue('-S', value, '[ADDRESS,][PORT] is');
  draft.bind = {
    // As in C the first address counts, but the last port.
    host: draft.bind.host ?? (host === '' ? undefined : host),
    port: port === '' ? draft.bind.port : port,
  };
}

function login(draft: Draft, value: string): void {
  try {
    const method = parseLoginMethod(value);
    checkMethod(method);
    draft.logins = [...draft.logins, method];
  } catch (error) {
    if (error instanceof LoginMethodError) throw new StartError(`-l: ${error.message}`, undefined, { cause: error });
    throw error;
  }
}

/** A row that changes what is said of TLS. */
function tlsOption({ change, ...row }: (typeof TLS_OPTIONS)[number]): Option {
  return { ...row, apply: (draft, value) => void (draft.tls = { ...draft.tls, ...change(draft.tls, value) }) };
}

const SUPPORTED: readonly Option[] = [
  ...LIMIT_OPTIONS,
  ...LOG_OPTIONS,
  ...RULE_OPTIONS,
  ...TLS_OPTIONS.map(tlsOption),
  {
    short: '4',
    long: 'ipv4only',
    description: 'listen on IPv4 only',
    apply: (draft) => void (draft.ipv4Only = true),
  },
  {
    short: '6',
    long: 'ipv6only',
    description: 'listen on IPv6 only',
    apply: (draft) => void (draft.ipv6Only = true),
  },
  {
    short: '0',
    long: 'notruncate',
    description: 'replace files when their upload is complete (as without it; undoes --write-in-place)',
    apply: (draft) => void (draft.atomicUploads = true),
  },
  {
    short: 'A',
    long: 'chrooteveryone',
    description: 'confine every user to the home directory',
    apply(draft) {
      draft.chrootEveryone = true;
      draft.trustedGid = undefined;
    },
  },
  {
    short: 'a',
    long: 'trustedgid',
    argument: 'gid',
    description: 'confine every user to the home directory, but members of this group',
    apply(draft, value) {
      draft.trustedGid = groupId('-a', value);
      draft.chrootEveryone = false;
    },
  },
  {
    short: 'b',
    long: 'brokenclientscompatibility',
    description: 'no EPSV over IPv4, links shown as what they lead to, a password asked of anonymous users',
    apply: (draft) => void (draft.brokenClients = true),
  },
  {
    short: 'B',
    long: 'daemonize',
    description: 'run in the background (give --log-file as well, to have a log)',
    apply: (draft) => void (draft.daemonize = true),
  },
  {
    short: 'c',
    long: 'maxclientsnumber',
    argument: 'number',
    description: 'most sessions at a time (50)',
    apply: (draft, value) => void (draft.maxClients = positiveNumber('-c', value)),
  },
  {
    short: 'C',
    long: 'maxclientsperip',
    argument: 'number',
    description: 'most sessions at a time from one address',
    apply: (draft, value) => void (draft.maxClientsPerAddress = positiveNumber('-C', value)),
  },
  {
    short: 'e',
    long: 'anonymousonly',
    description: 'anonymous sessions only',
    apply: (draft) => void (draft.anonymous = 'only'),
  },
  {
    short: 'E',
    long: 'noanonymous',
    description: 'no anonymous sessions',
    apply: (draft) => void (draft.anonymous = 'none'),
  },
  {
    short: 'F',
    long: 'fortunesfile',
    argument: 'file',
    description: 'greet with an entry of this file, by chance; lines of % are between entries',
    apply: (draft, value) => {
      if (value === '') throw badValue('-F', value, 'a file name is');
      draft.fortunesFile = path.resolve(value);
    },
  },
  {
    short: 'g',
    long: 'pidfile',
    argument: 'file',
    description: 'where to write the process id (/var/run/pure-ftpd.pid)',
    apply: (draft, value) => {
      if (value === '') throw badValue('-g', value, 'a file name is');
      draft.pidFile = { path: path.resolve(value), asked: true };
    },
  },
  {
    short: 'h',
    long: 'help',
    description: 'print this page; -h in a pipe prints the list of the C server',
    apply: () => {
      throw new HelpRequest();
    },
  },
  {
    short: 'H',
    long: 'dontresolve',
    description: 'do not look up names of clients',
    apply: (draft) => void (draft.resolveClients = false),
  },
  {
    short: 'I',
    long: 'maxidletime',
    argument: 'minutes',
    description: 'end sessions that say nothing for so long (15)',
    apply: (draft, value) => void (draft.idleSeconds = idleSeconds('-I', value, IDLE_SECONDS)),
  },
  {
    short: 'j',
    long: 'createhomedir',
    description: 'make the home of a user who has none, at login',
    apply: (draft) => void (draft.createsHomes = true),
  },
  {
    short: 'k',
    long: 'maxdiskusagepct',
    argument: 'percent',
    description: 'refuse uploads to a file system that is fuller',
    apply: (draft, value) => void (draft.maxDiskUsage = percentage('-k', value)),
  },
  {
    short: 'l',
    long: 'login',
    argument: 'method[:file]',
    description: `who may log in: ${METHOD_FORMS.join(', ')}; may be repeated, methods are asked in order`,
    apply: login,
  },
  {
    short: 'L',
    long: 'limitrecursion',
    argument: 'files:depth',
    description: 'most entries of a listing, and directories it goes down (10000:5)',
    apply: (draft, value) => void (draft.listLimits = listLimits('-L', value)),
  },
  {
    short: 'p',
    long: 'passiveportrange',
    argument: 'first:last',
    description: 'ports for passive data connections',
    apply: (draft, value) => void (draft.passivePorts = portRange('-p', value)),
  },
  {
    short: 'P',
    long: 'forcepassiveip',
    argument: 'address or host',
    description: 'IPv4 address to announce for passive data connections',
    apply: (draft, value) => {
      if (!/^[A-Za-z0-9_.-]{1,253}$/.test(value)) throw badValue('-P', value, 'an IPv4 address or a host name is');
      draft.announcedHost ??= value;
    },
  },
  {
    short: 'r',
    long: 'autorename',
    description: 'uploads replace nothing: where the name is taken, the file becomes NAME.1, NAME.2 and so on',
    apply: (draft) => void (draft.numberedUploads = true),
  },
  {
    short: 'S',
    long: 'bind',
    argument: '[address,][port]',
    description: 'where to listen (all addresses, port 21)',
    apply: bind,
  },
  {
    short: 'u',
    long: 'minuid',
    argument: 'uid',
    description: 'refuse accounts with a lower user id',
    apply: (draft, value) => void (draft.minUid = userId('-u', value)),
  },
  {
    short: 'U',
    long: 'umask',
    argument: 'files[:dirs]',
    description: 'octal masks of new files and directories (133:022)',
    apply: (draft, value) => void Object.assign(draft, creationModes('-U', value, draft)),
  },
  {
    short: 'w',
    long: 'allowuserfxp',
    description: 'let users transfer files to and from other servers (FXP)',
    apply: (draft) => void (draft.fxp = 'users'),
  },
  {
    short: 'W',
    long: 'allowanonymousfxp',
    description: 'let everybody, anonymous users too, transfer files to and from other servers (FXP)',
    apply: (draft) => void (draft.fxp = 'everybody'),
  },
  {
    short: 'y',
    long: 'peruserlimits',
    argument: 'users:anon',
    description: 'most sessions at a time of one account, and of anonymous users; 0 for any number',
    apply: (draft, value) => void Object.assign(draft, sessionLimits('-y', value)),
  },
];

/** Of the C server, and not built yet: short and long name, and the argument. */
const LATER: readonly (readonly [short: string, long: string, argument?: string])[] = [['v', 'bonjour', 'name']];

const HANG_UP = ['store', 'discard'] as const;

/** Our own; the C server has no such options. */
const OURS: readonly Option[] = [
  ...OWN_TLS_OPTIONS.map(tlsOption),
  ...VIRTUAL_CHROOT_OPTIONS,
  {
    long: 'log-file',
    argument: 'file',
    description: 'append the log to a file instead of standard error',
    apply: (draft, value) => {
      if (value === '') throw badValue('--log-file', value, 'a file name is');
      draft.logFile = path.resolve(value);
    },
  },
  {
    long: 'user',
    argument: 'uid:gid or name',
    description: 'whom to become when started as root',
    apply: (draft, value) => {
      if (value === '') throw badValue('--user', value, 'UID:GID or a name is');
      draft.user = value;
    },
  },
  {
    long: 'drain',
    argument: 'seconds',
    description: 'how long sessions may go on when the server is stopped (until they end)',
    apply: (draft, value) => void (draft.drainSeconds = seconds('--drain', value)),
  },
  {
    long: 'shutdown-timeout',
    argument: 'seconds',
    description: 'how long transfers may go on when sessions are told to end (60)',
    apply: (draft, value) => void (draft.shutdownSeconds = seconds('--shutdown-timeout', value)),
  },
  {
    long: 'write-in-place',
    description: 'write uploads into the file itself instead of replacing it at the end',
    apply: (draft) => void (draft.atomicUploads = false),
  },
  {
    long: 'hang-up',
    argument: 'store|discard',
    description:
      'uploads whose client ends both connections without QUIT; it may have been killed in the middle (store)',
    apply(draft, value) {
      const hangUp = HANG_UP.find((known) => known === value);
      if (hangUp === undefined) throw badValue('--hang-up', value, 'store or discard is');
      draft.hangUp = hangUp;
    },
  },
  {
    long: 'upload-linger',
    argument: 'seconds',
    description: 'how long an upload may be silent whose client has ended the control connection (1)',
    apply(draft, value) {
      const linger = seconds('--upload-linger', value);
      if (linger === 0) throw badValue('--upload-linger', value, 'a second or more is');
      draft.uploadLinger = linger;
    },
  },
  {
    long: 'extauth-timeout',
    argument: 'seconds',
    description: 'how long an authentication daemon (-l extauth:SOCKET) may take for an answer (60)',
    apply(draft, value) {
      const timeout = seconds('--extauth-timeout', value);
      if (timeout === 0) throw badValue('--extauth-timeout', value, 'a second or more is');
      draft.extauthSeconds = timeout;
    },
  },
  {
    long: 'check-config',
    argument: 'file',
    description: 'say what is wrong with a configuration file, or that it is ok; start nothing',
    apply: (_, value) => {
      throw new CheckRequest(value);
    },
  },
  {
    long: 'version',
    description: 'print the version',
    apply: () => {
      throw new VersionRequest();
    },
  },
];

/** The order in which the C server lists its options; ours follow. */
const ORDER = '012346AabBCcdDeEfFgGhHIijKklLMmNnoOpPqQrRsStTUuVwWxXyYJzZv';

function later([short, long, argument]: (typeof LATER)[number]): Option {
  return {
    short,
    long,
    ...(argument === undefined ? {} : { argument }),
    description: 'not supported yet',
    unsupported: true,
    apply: () => {
      throw new StartError(`-${short}/--${long} is not supported yet`);
    },
  };
}

/** Every option there is. */
export const options: readonly Option[] = [
  ...[...SUPPORTED, ...LATER.map(later)].toSorted(
    (a, b) => ORDER.indexOf(a.short ?? '') - ORDER.indexOf(b.short ?? ''),
  ),
  ...OURS,
];
