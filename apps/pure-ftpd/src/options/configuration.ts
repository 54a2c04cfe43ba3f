import type { TransferLogSpecification } from '@pure-ftpd/altlog';
import type { LoginMethod } from '@pure-ftpd/auth';
import type { CertificateFiles } from '@pure-ftpd/certificates';
import type { DataSessionReuse, HangUpRule, TlsTruncation, TlsVersion } from '@pure-ftpd/server';

import { DEFAULT_RULES, type Rules } from './rules.ts';

import type { Bandwidth, Ratio } from '../limits/account-limits.ts';

/** Where to listen; without a host on all addresses. A port may be the name of a service. */
export interface Bind {
  readonly host: string | undefined;
  readonly port: string;
}

/** What is said of TLS. */
export interface TlsConfiguration {
  /** 0 none, 1 for who wants it, 2 for every login, 3 for every login and every transfer; undefined when nothing was said. */
  readonly mode: 0 | 1 | 2 | 3 | undefined;
  readonly certificate: CertificateFiles;
  /** Folders with certificates for other names. */
  readonly folders: readonly string[];
  /** The socket of pure-certd. */
  readonly certificateDaemon: string | undefined;
  readonly ciphers: string | undefined;
  /** Whether clients have to show a certificate. */
  readonly clientCertificates: boolean;
  readonly minVersion: TlsVersion;
  readonly sessionReuse: DataSessionReuse;
  /** What becomes of uploads over TLS that end without close_notify. */
  readonly truncation: TlsTruncation;
  /** Where connections begin with TLS. */
  readonly implicit: readonly Bind[];
}

/** What the command line says, checked. */
export interface Configuration {
  readonly bind: Bind;
  readonly ipv4Only: boolean;
  readonly ipv6Only: boolean;
  /** Login methods, in the order in which they are asked. */
  readonly logins: readonly LoginMethod[];
  /** How long an authentication daemon may take for an answer. */
  readonly extauthSeconds: number;
  readonly chrootEveryone: boolean;
  /** Who is in this group is trusted, and everybody else confined (`-a`). */
  readonly trustedGid: number | undefined;
  /** Where links may lead outside of where users are confined; undefined where none may. */
  readonly linkRoots: readonly string[] | undefined;
  /** Homes that are missing are made at login (`-j`). */
  readonly createsHomes: boolean;
  readonly anonymous: 'also' | 'only' | 'none';
  readonly rules: Rules;
  /** Entries, one of which is the greeting. */
  readonly fortunesFile: string | undefined;
  /** Whose data connections may go to other hosts. */
  readonly fxp: 'nobody' | 'users' | 'everybody';
  /** Replies and listings for clients that cannot deal with better ones. */
  readonly brokenClients: boolean;
  /** Entries of a listing, and directories it goes down. */
  readonly listLimits: { readonly entries: number; readonly depth: number };
  readonly maxClients: number;
  /** 0 for any number. */
  readonly maxClientsPerAddress: number;
  readonly resolveClients: boolean;
  readonly idleSeconds: number;
  /** Percent of a file system above which uploads are refused. */
  readonly maxDiskUsage: number | undefined;
  readonly passivePorts: readonly [first: number, last: number] | undefined;
  /** IPv4 address or host name that 227 announces. */
  readonly announcedHost: string | undefined;
  readonly fileMode: number;
  readonly directoryMode: number;
  readonly minUid: number;
  /** Sessions of one account at a time, where the account itself says nothing, and of anonymous users; 0 for any number. */
  readonly sessionsPerUser: number;
  readonly anonymousSessions: number;
  /** Of users whose accounts say nothing; 0 allows nothing. */
  readonly quota: { readonly files: bigint; readonly bytes: bigint } | undefined;
  /** Of each anonymous session, and of each session of anybody else, and of those as well where the first is undefined. */
  readonly anonymousBandwidth: Bandwidth | undefined;
  readonly bandwidth: Bandwidth | undefined;
  readonly anonymousRatio: Ratio | undefined;
  readonly ratio: Ratio | undefined;
  /** Seconds that transfers have to finish when the server is told to end. */
  readonly shutdownSeconds: number;
  /** How long sessions go on when the server is stopped; undefined is until they end. */
  readonly drainSeconds: number | undefined;
  readonly atomicUploads: boolean;
  /** What becomes of uploads whose clients leave without a word. */
  readonly hangUp: HangUpRule;
  /** Seconds that an upload may be silent whose client has left. */
  readonly uploadLinger: number;
  /** STOR replaces nothing. */
  readonly numberedUploads: boolean;
  readonly tls: TlsConfiguration;
  /** Whom to become when started as root: `UID:GID`, or a name. */
  readonly user: string | undefined;
  readonly daemonize: boolean;
  readonly pidFile: { readonly path: string; readonly asked: boolean };
  readonly logFile: string | undefined;
  /** Of the system's log, by its number; undefined when nothing was said. */
  readonly syslogFacility: number | 'none' | undefined;
  /** What was asked for and is no facility. */
  readonly unknownFacility: string | undefined;
  /** Whether lines of the system's log have the process id. */
  readonly logPid: boolean;
  /** From 1 on commands are logged, from 2 on replies. */
  readonly verbosity: number;
  readonly transferLogs: readonly TransferLogSpecification[];
  /** Whether uploads are announced to pure-uploadscript. */
  readonly uploadScript: boolean;
}

/** A configuration while options are read. */
export type Draft = { -readonly [Key in keyof Configuration]: Configuration[Key] };

/** Where the C server looks for its certificate. */
const CERTIFICATE_FILE = '/etc/ssl/private/pure-ftpd.pem';

/** The C server's defaults [server-options §2, §5]. */
export const IDLE_SECONDS = 900;

export function defaults(): Draft {
  return {
    bind: { host: undefined, port: '21' },
    ipv4Only: false,
    ipv6Only: false,
    logins: [],
    extauthSeconds: 60,
    chrootEveryone: false,
    trustedGid: undefined,
    linkRoots: undefined,
    createsHomes: false,
    anonymous: 'also',
    rules: DEFAULT_RULES,
    fortunesFile: undefined,
    fxp: 'nobody',
    brokenClients: false,
    listLimits: { entries: 10_000, depth: 5 },
    maxClients: 50,
    maxClientsPerAddress: 0,
    resolveClients: true,
    idleSeconds: IDLE_SECONDS,
    maxDiskUsage: undefined,
    passivePorts: undefined,
    announcedHost: undefined,
    fileMode: 0o644,
    directoryMode: 0o755,
    minUid: 0,
    sessionsPerUser: 0,
    anonymousSessions: 0,
    quota: undefined,
    anonymousBandwidth: undefined,
    bandwidth: undefined,
    anonymousRatio: undefined,
    ratio: undefined,
    shutdownSeconds: 60,
    drainSeconds: undefined,
    atomicUploads: true,
    hangUp: 'store',
    uploadLinger: 1,
    numberedUploads: false,
    tls: {
      mode: undefined,
      certificate: { certFile: CERTIFICATE_FILE, keyFile: CERTIFICATE_FILE },
      folders: [],
      certificateDaemon: undefined,
      ciphers: undefined,
      clientCertificates: false,
      minVersion: 'TLSv1.2',
      sessionReuse: 'prefer',
      truncation: 'refuse',
      implicit: [],
    },
    user: undefined,
    daemonize: false,
    pidFile: { path: '/var/run/pure-ftpd.pid', asked: false },
    logFile: undefined,
    syslogFacility: undefined,
    unknownFacility: undefined,
    logPid: false,
    verbosity: 0,
    transferLogs: [],
    uploadScript: false,
  };
}
