// Keys of the configuration file: the form of the value, and the option it stands for [server-options §3.2].

/** What a value looks like. `null` when it does not; undefined when the option is not given. */
type Form = (text: string) => string | undefined | null;

export interface Key {
  readonly name: string;
  readonly long: string;
  /** What is expected, for who wrote something else. */
  readonly expected: string;
  readonly read: Form;
}

const TRUE = /^(?:yes|on|true|1)$/i;
const FALSE = /^(?:no|off|false|0)$/i;

function flagOf(option: string): Form {
  return (text) => (TRUE.test(text) ? option : FALSE.test(text) ? undefined : null);
}

function matching(pattern: RegExp, join: (...parts: string[]) => string = (part) => part): Form {
  return (text) => {
    const match = pattern.exec(text);
    return match === null ? null : join(...match.slice(1).filter((part) => part !== undefined));
  };
}

const DIGITS = matching(/^(\d+)$/);
const pair = (first: string, second: string): string => `${first}:${second}`;
const SPACED = matching(/^(\d+)\s+(\d+)$/, pair);
const COLON = matching(/^(\d+):(\d+)$/, pair);
const ONE_OR_TWO = matching(/^(\d+)(?:\s+(\d+))?$/, (...parts) => parts.join(':'));
const WORD = matching(/^(?:"([^"\s]+)"|([^"\s]\S*))$/);
const REST: Form = (text) => text;
const CERTIFICATE_AND_KEY = matching(/^(?:"([^",]+)"|([^\s",]+))\s+(?:"([^"]+)"|([^\s"]+))$/, (cert, key) =>
  [cert, key].join(','),
);

function keys(expected: string, read: Form, names: Readonly<Record<string, string>>): Key[] {
  return Object.entries(names).map(([name, long]) => ({ name, long, expected, read }));
}

function flags(names: Readonly<Record<string, string>>): Key[] {
  return keys('yes or no is', flagOf(''), names);
}

/** One that chooses a login method. */
function methods(names: Readonly<Record<string, string>>, expected: string, read: (method: string) => Form): Key[] {
  return Object.entries(names).map(([name, method]) => ({ name, long: 'login', expected, read: read(method) }));
}

/** The keys of the C server. */
export const KEYS: readonly Key[] = [
  ...flags({
    AllowAnonymousFXP: 'allowanonymousfxp',
    AllowDotFiles: 'allowdotfiles',
    AllowUserFXP: 'allowuserfxp',
    AnonymousCanCreateDirs: 'anonymouscancreatedirs',
    AnonymousCantUpload: 'anonymouscantupload',
    AnonymousOnly: 'anonymousonly',
    AntiWarez: 'antiwarez',
    AutoRename: 'autorename',
    BrokenClientsCompatibility: 'brokenclientscompatibility',
    CallUploadScript: 'uploadscript',
    ChrootEveryone: 'chrooteveryone',
    CreateHomeDir: 'createhomedir',
    CustomerProof: 'customerproof',
    Daemonize: 'daemonize',
    DisplayDotFiles: 'displaydotfiles',
    DontResolve: 'dontresolve',
    IPV4Only: 'ipv4only',
    IPV6Only: 'ipv6only',
    KeepAllFiles: 'keepallfiles',
    LogPID: 'logpid',
    NATmode: 'natmode',
    NoAnonymous: 'noanonymous',
    NoChmod: 'nochmod',
    NoRename: 'norename',
    NoTruncate: 'notruncate',
    ProhibitDotFilesRead: 'prohibitdotfilesread',
    ProhibitDotFilesWrite: 'prohibitdotfileswrite',
    VerboseLog: 'verboselog',
  }),
  ...methods({ PAMAuthentication: 'pam', UnixAuthentication: 'unix' }, 'yes or no is', flagOf),
  ...methods(
    {
      ExtAuth: 'extauth',
      LDAPConfigFile: 'ldap',
      MySQLConfigFile: 'mysql',
      PGSQLConfigFile: 'pgsql',
      PureDB: 'puredb',
    },
    'a path is',
    (method) => (text) => `${method}:${text}`,
  ),
  ...keys('a number is', DIGITS, {
    MaxClientsNumber: 'maxclientsnumber',
    MaxClientsPerIP: 'maxclientsperip',
    MaxDiskUsage: 'maxdiskusagepct',
    MaxIdleTime: 'maxidletime',
    MaxLoad: 'maxload',
    MinUID: 'minuid',
    TLS: 'tls',
    TrustedGID: 'trustedgid',
  }),
  ...keys('one number or two, UPLOAD DOWNLOAD, are', ONE_OR_TWO, {
    AnonymousBandwidth: 'anonymousbandwidth',
    UserBandwidth: 'userbandwidth',
  }),
  ...keys('two numbers with a space between them are', SPACED, {
    AnonymousRatio: 'anonymousratio',
    LimitRecursion: 'limitrecursion',
    PassivePortRange: 'passiveportrange',
    UserRatio: 'userratio',
  }),
  ...keys('two numbers with a colon between them are', COLON, {
    PerUserLimits: 'peruserlimits',
    Quota: 'quota',
    Umask: 'umask',
  }),
  ...keys('one word is', WORD, {
    Bind: 'bind',
    ForcePassiveIP: 'forcepassiveip',
    TLSCipherSuite: 'tlsciphersuite',
    TrustedIP: 'trustedip',
  }),
  ...keys('the name of a facility is', matching(/^([A-Za-z0-9]+)$/), { SyslogFacility: 'syslogfacility' }),
  ...keys('a path is', REST, {
    AltLog: 'altlog',
    CertFile: 'certfile',
    ExtCert: 'extcert',
    FortunesFile: 'fortunesfile',
    PIDFile: 'pidfile',
  }),
  ...keys('two paths, CERTIFICATE KEY, are', CERTIFICATE_AND_KEY, { CertFileAndKey: 'certfile' }),
];

const CHARSETS =
  'names are kept as they are since 1.0.48: delete the line where the disk has UTF-8, and convert names of another disk (convmv)';

/** Keys that configurations found in public have and no server of today knows, in small letters, with what to do about each. */
export const FOREIGN_KEYS: ReadonlyMap<string, string> = new Map([
  ['clientcharset', CHARSETS],
  ['filesystemcharset', CHARSETS],
  ['fscharset', CHARSETS],
  ['useftpusers', 'a key of ProFTPD: delete the line; MinUID keeps the accounts of the system out'],
]);

/** The key of an option of our own: its name without dashes. */
export function ownKey(long: string, argument: string | undefined): Key {
  const [expected, read] = argument === undefined ? ['yes or no is', flagOf('')] : [`${argument} is`, REST];
  return { name: long.replaceAll('-', ''), long, expected, read };
}
