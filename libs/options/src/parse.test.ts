import { PureFtpdLanguages } from '@pure-ftpd/messages';
import { describe, expect, test } from 'vitest';

import { type Configuration, defaults } from './configuration.ts';
import { ExitStatus, StartError } from './errors.ts';
import { parseCommandLine } from './parse.ts';
import { HelpRequest, VersionRequest } from './rows/requests.ts';
import { options } from './table.ts';

const DEFAULT_RULES = defaults().rules;

const LOGIN = ['-l', 'puredb:/users.pdb'];

function parse(...words: string[]): Configuration {
  return parseCommandLine([...LOGIN, ...words]);
}

function refusal(...words: string[]): StartError {
  try {
    parseCommandLine(words);
  } catch (error) {
    if (error instanceof StartError) return error;
    throw error;
  }
  throw new Error(`accepted: ${words.join(' ')}`);
}

test('without options the defaults of the C server hold', () => {
  const { logins, tls, ...rest } = parse();
  expect(logins).toEqual([{ name: 'puredb', path: '/users.pdb' }]);
  expect(tls).toEqual({
    mode: undefined,
    certificate: { certFile: '/etc/ssl/private/pure-ftpd.pem', keyFile: '/etc/ssl/private/pure-ftpd.pem' },
    folders: [],
    certificateDaemon: undefined,
    ciphers: undefined,
    clientCertificates: false,
    minVersion: 'TLSv1.2',
    sessionReuse: 'prefer',
    truncation: 'refuse',
    implicit: [],
  });
  expect(rest).toEqual({
    checkedFile: undefined,
    connects: false,
    bind: { host: undefined, port: '21' },
    ipv4Only: false,
    ipv6Only: false,
    chrootEveryone: false,
    trustedGid: undefined,
    linkRoots: undefined,
    extauthSeconds: 60,
    createsHomes: false,
    rules: DEFAULT_RULES,
    fileSystemCharset: 'UTF-8',
    clientCharset: 'UTF-8',
    ignoreOptsUtf8: false,
    language: 'en',
    offeredLanguages: new PureFtpdLanguages().offered,
    messages: [],
    fortunesFile: undefined,
    fxp: 'nobody',
    brokenClients: false,
    listLimits: { entries: 10_000, depth: 5 },
    anonymous: 'also',
    maxClients: 50,
    maxClientsPerAddress: 0,
    resolveClients: true,
    idleSeconds: 900,
    maxDiskUsage: undefined,
    passivePorts: undefined,
    announcedHost: undefined,
    announceRules: [],
    proxyFrom: [],
    penalties: undefined,
    penaltyExempt: [],
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
    spareWorkers: 1,
    drainSeconds: undefined,
    control: { path: '/run/pure-ftpd/control', asked: false },
    controlGroup: undefined,
    metrics: undefined,
    reloadOnHup: false,
    atomicUploads: true,
    hangUp: 'store',
    uploadLinger: 1,
    uploadJournal: undefined,
    uploadJournalFull: 'refuse',
    clusterAway: 'open',
    uploadJournalSize: 64,
    webhooks: [],
    webhookSecretFile: undefined,
    storage: [],
    numberedUploads: false,
    user: undefined,
    daemonize: false,
    pidFile: { path: '/var/run/pure-ftpd.pid', asked: false },
    logFile: undefined,
    logFormat: 'text',
    syslogFacility: undefined,
    unknownFacility: undefined,
    logPid: false,
    verbosity: 0,
    transferLogs: [],
    uploadScript: false,
  });
});

const MOUNT = {
  path: '/srv/s3',
  bucket: 'files',
  prefix: '',
  endpoint: undefined,
  region: undefined,
  pathStyle: false,
  partSize: undefined,
  copyPartSize: undefined,
  exactTimes: false,
};

describe('an option changes what it is for, and nothing else', () => {
  test.each<[words: string[], change: Partial<Configuration>]>([
    [['-4'], { ipv4Only: true }],
    [['--ipv6only'], { ipv6Only: true }],
    [['-A'], { chrootEveryone: true }],
    [['-A', '-a', '3010'], { trustedGid: 3010 }],
    [['-a', '3010', '-A'], { chrootEveryone: true }],
    [['-j'], { createsHomes: true }],
    [['-B'], { daemonize: true }],
    [['-c', '7'], { maxClients: 7 }],
    [['-c0x10'], { maxClients: 16 }],
    [['--maxclientsn=010'], { maxClients: 8 }],
    [['-C', '3'], { maxClientsPerAddress: 3 }],
    [['-e'], { anonymous: 'only' }],
    [['-e', '-E'], { anonymous: 'none' }],
    [['-E', '-e'], { anonymous: 'only' }],
    [['-g', '/run/x.pid'], { pidFile: { path: '/run/x.pid', asked: true } }],
    [['-H'], { resolveClients: false }],
    [['-I', '2'], { idleSeconds: 120 }],
    [['-I', '0'], { idleSeconds: 900 }],
    [['-k', '90.5'], { maxDiskUsage: 90.5 }],
    [['-k', '100'], { maxDiskUsage: undefined }],
    [['-p', '30000:30010'], { passivePorts: [30_000, 30_010] }],
    [['-P', 'ftp.example.org'], { announcedHost: 'ftp.example.org' }],
    [['-P', '192.0.2.1', '-P', '192.0.2.2'], { announcedHost: '192.0.2.1' }],
    [
      ['--announce-rule', '192.0.2.1', '--announce-rule=client=10.0.0.0/8,ftp.example.org'],
      { announceRules: [{ announce: '192.0.2.1' }, { client: '10.0.0.0/8', announce: 'ftp.example.org' }] },
    ],
    [
      ['--announce-rule', 'local=2001:db8::1,client=::/0,192.0.2.1'],
      { announceRules: [{ local: '2001:db8::1', client: '::/0', announce: '192.0.2.1' }] },
    ],
    [['--cluster', 'rediss://ftp@counters:7000/1'], { cluster: 'rediss://ftp@counters:7000/1' }],
    [['--cluster-password-file', '/etc/secret'], { clusterPasswordFile: '/etc/secret' }],
    [['--cluster-away', 'closed'], { clusterAway: 'closed' }],
    [['--user-total-bandwidth', '10:20'], { userBandwidth: { upload: 10_240, download: 20_480 } }],
    [['--server-bandwidth', ':1'], { serverBandwidth: { upload: undefined, download: 1024 } }],
    [['--proxy-from', '10.0.0.0/8,::1', '--proxy-from=192.0.2.1'], { proxyFrom: ['10.0.0.0/8', '::1', '192.0.2.1'] }],
    [
      ['--penalties', 'yes'],
      {
        penalties: {
          causes: { crash: 90, authfail: 5, invaliduser: 5, noauth: 1, 'grace-exceeded': 10, flood: 5, protocol: 10 },
          max: 600,
          min: 15,
          sources: { 4: { max: 65_536, overflow: 'permissive' }, 6: { max: 65_536, overflow: 'permissive' } },
        },
      },
    ],
    [['--penalties', 'yes', '--penalties=no'], { penalties: undefined }],
    [
      [
        '--penalties',
        'authfail:1m30s,invaliduser:0 max:2h',
        '--penalties=overflow:deny-all,overflow6:permissive,max-sources4:7',
      ],
      {
        penalties: {
          causes: { crash: 90, authfail: 90, invaliduser: 0, noauth: 1, 'grace-exceeded': 10, flood: 5, protocol: 10 },
          max: 7200,
          min: 15,
          sources: { 4: { max: 7, overflow: 'deny-all' }, 6: { max: 65_536, overflow: 'permissive' } },
        },
      },
    ],
    [
      ['--penalty-exempt', '10.0.0.0/8', '--penalty-exempt=::1,192.0.2.1'],
      { penaltyExempt: ['10.0.0.0/8', '::1', '192.0.2.1'] },
    ],
    [['-S', '2121'], { bind: { host: undefined, port: '2121' } }],
    [['-S', ',ftp'], { bind: { host: undefined, port: 'ftp' } }],
    [['-S', '192.0.2.1,'], { bind: { host: '192.0.2.1', port: '21' } }],
    [['-S', '::1,2121'], { bind: { host: '::1', port: '2121' } }],
    [['-S', 'a,1', '-S', 'b,2'], { bind: { host: 'a', port: '2' } }],
    [['-u', '1000'], { minUid: 1000 }],
    [['-F', '/fortunes'], { fortunesFile: '/fortunes' }],
    [['-X', '-x'], { rules: { ...DEFAULT_RULES, dotFiles: 'notUsed' } }],
    [['-m', '4.5'], { rules: { ...DEFAULT_RULES, anonymousMaxLoad: 4.5 } }],
    [['-V', '::1'], { rules: { ...DEFAULT_RULES, trustedAddress: '::1' } }],
    [['-U', '077:027'], { fileMode: 0o700, directoryMode: 0o750 }],
    [['-U', '177'], { fileMode: 0o600 }],
    [['-U', ':077'], { directoryMode: 0o700 }],
    [['-HAE'], { resolveClients: false, chrootEveryone: true, anonymous: 'none' }],
    [['--user', '1000:1000'], { user: '1000:1000' }],
    [['-y', '3:0'], { sessionsPerUser: 3, anonymousSessions: 0 }],
    [['--shutdown-timeout', '0'], { shutdownSeconds: 0 }],
    [['--drain', '0'], { drainSeconds: 0 }],
    [['--control', '/run/ftp'], { control: { path: '/run/ftp', asked: true } }],
    [['--control', 'off'], { control: undefined }],
    [['--metrics', '9121'], { metrics: { kind: 'tcp', host: '127.0.0.1', port: 9121 } }],
    [['--metrics', ':9121'], { metrics: { kind: 'tcp', host: '127.0.0.1', port: 9121 } }],
    [['--metrics', '0.0.0.0:9121'], { metrics: { kind: 'tcp', host: '0.0.0.0', port: 9121 } }],
    [['--metrics', '[::1]:9121'], { metrics: { kind: 'tcp', host: '::1', port: 9121 } }],
    [['--metrics', 'unix:/run/metrics'], { metrics: { kind: 'unix', path: '/run/metrics' } }],
    [['--control-group', 'ftpadmin'], { controlGroup: 'ftpadmin' }],
    [['--spare-workers', '0'], { spareWorkers: 0 }],
    [['--spare-workers=4'], { spareWorkers: 4 }],
    [['--reload-on-hup'], { reloadOnHup: true }],
    [['-r'], { numberedUploads: true }],
    [['--write-in-place'], { atomicUploads: false }],
    [['--virtual-chroot'], { linkRoots: ['/'] }],
    [['--link-roots', '/srv/a:/srv/b'], { linkRoots: ['/srv/a', '/srv/b'] }],
    [['--link-roots=/srv', '--virtual-chroot'], { linkRoots: ['/srv'] }],
    [['--virtual-chroot', '--link-roots=/srv'], { linkRoots: ['/srv'] }],
    [['--hang-up', 'discard'], { hangUp: 'discard' }],
    [['--hang-up', 'discard', '--hang-up=store'], { hangUp: 'store' }],
    [['--upload-linger', '5'], { uploadLinger: 5 }],
    [['--upload-journal', '/j'], { uploadJournal: '/j' }],
    [['--upload-journal-size', '2'], { uploadJournalSize: 2 }],
    [['--upload-journal-full', 'drop'], { uploadJournalFull: 'drop' }],
    [['--webhook', 'https://a.example/x?y'], { webhooks: ['https://a.example/x?y'] }],
    [
      ['--webhook', 'http://127.0.0.1:80/', '--webhook', 'http://[::1]/b'],
      { webhooks: ['http://127.0.0.1/', 'http://[::1]/b'] },
    ],
    [['--webhook-secret-file', '/s'], { webhookSecretFile: '/s' }],
    [['--storage', '/srv/s3/=s3://files'], { storage: [MOUNT] }],
    [
      [
        '--storage',
        '/srv/s3=s3://files/a/b%20c/?endpoint=http://127.0.0.1:9000&region=eu-1&part-size=16&exact-times=yes',
      ],
      {
        storage: [
          {
            ...MOUNT,
            prefix: 'a/b c',
            endpoint: 'http://127.0.0.1:9000',
            region: 'eu-1',
            pathStyle: true,
            partSize: 16,
            exactTimes: true,
          },
        ],
      },
    ],
    [
      ['--storage', '/a=s3://files?path-style=yes&copy-part-size=16', '--storage', '/ab=s3://files'],
      {
        storage: [
          { ...MOUNT, path: '/a', pathStyle: true, copyPartSize: 16 },
          { ...MOUNT, path: '/ab' },
        ],
      },
    ],
    [['--extauth-timeout', '5'], { extauthSeconds: 5 }],
    [['--log-format=json'], { logFormat: 'json' }],
    [['--log-file=/var/log/x'], { logFile: '/var/log/x' }],
    [['-f', 'LOCAL3'], { syslogFacility: 19 }],
    [['-f', 'None'], { syslogFacility: 'none' }],
    // As in C: an error in the log, and the facility of before.
    [['-f', 'local1', '-f', 'nosuch'], { syslogFacility: 17, unknownFacility: 'nosuch' }],
    [['-8', 'ISO-8859-15'], { fileSystemCharset: 'ISO-8859-15' }],
    [['--fscharset=koi8-r'], { fileSystemCharset: 'koi8-r' }],
    [['-9', 'GBK'], { clientCharset: 'GBK' }],
    [['--clientcharset=auto:Shift_JIS'], { clientCharset: 'auto:Shift_JIS' }],
    [['--ignore-opts-utf8'], { ignoreOptsUtf8: true }],
    [['-d', '--verboselog'], { verbosity: 2 }],
    [['-1'], { logPid: true }],
    [
      ['-O', '/log', '--altlog=JSON:/other'],
      {
        transferLogs: [
          { format: 'clf', path: '/log' },
          { format: 'json', path: '/other' },
        ],
      },
    ],
  ])('%j', (words, change) => {
    expect(parse(...words)).toEqual({ ...parse(), ...change });
  });
});

describe('what cannot be used is named in one line, with the exit status of the C server', () => {
  test.each<[words: string[], named: RegExp]>([
    [[...LOGIN, '-c', '0'], /-c "0"/],
    [[...LOGIN, '-c', '1x'], /-c "1x"/],
    [[...LOGIN, '-C', '-1'], /-C "-1"/],
    [[...LOGIN, '-y', '3'], /-y "3"/],
    [[...LOGIN, '--drain', '-1'], /--drain "-1"/],
    [[...LOGIN, '--control', ''], /--control ""/],
    [[...LOGIN, '--metrics', ''], /--metrics ""/],
    [[...LOGIN, '--metrics', 'unix:'], /--metrics "unix:"/],
    [[...LOGIN, '--metrics', 'localhost:9121'], /--metrics "localhost:9121"/],
    [[...LOGIN, '--metrics', '::1:9121'], /--metrics "::1:9121"/],
    [[...LOGIN, '--metrics', '127.0.0.1:65536'], /--metrics "127\.0\.0\.1:65536"/],
    [[...LOGIN, '--control-group', ''], /--control-group ""/],
    [[...LOGIN, '--spare-workers', '33'], /--spare-workers "33": a number up to 32 is expected/],
    [[...LOGIN, '--spare-workers', 'many'], /--spare-workers "many"/],
    [[...LOGIN, '--shutdown-timeout', 'x'], /--shutdown-timeout "x"/],
    [[...LOGIN, '--hang-up', 'keep'], /--hang-up "keep"/],
    [[...LOGIN, '--upload-linger', '0'], /--upload-linger "0"/],
    [[...LOGIN, '--upload-journal', ''], /a file name is expected/],
    [[...LOGIN, '--upload-journal-size', '0'], /mebibytes/],
    [[...LOGIN, '--upload-journal-full', 'x'], /refuse or drop/],
    [[...LOGIN, '--webhook', 'http://localhost/'], /https is/],
    [[...LOGIN, '--webhook', 'http://192.0.2.1/'], /https is/],
    [[...LOGIN, '--webhook', 'ftp://192.0.2.1/'], /an address/],
    [[...LOGIN, '--webhook', 'https://user:word@a.example/'], /without a user/],
    [[...LOGIN, '--webhook-secret-file', ''], /a file name is expected/],
    [[...LOGIN, '--storage', '/srv/s3'], /a mount, PATH=s3/],
    [[...LOGIN, '--storage', 'srv=s3://files'], /a mount, PATH=s3/],
    [[...LOGIN, '--storage', '/srv=https://files'], /a mount, PATH=s3/],
    [[...LOGIN, '--storage', '/srv=s3://a%2fb'], /a mount, PATH=s3/],
    [[...LOGIN, '--storage', '/srv=s3://key:secret@files'], /without credentials/],
    [[...LOGIN, '--storage', '/=s3://files'], /an absolute path below/],
    [[...LOGIN, '--storage', '/srv/../etc=s3://files'], /an absolute path below/],
    [[...LOGIN, '--storage', '/srv=s3://files/a/../b%2f%2e%2e'], /a prefix without/],
    [[...LOGIN, '--storage', '/srv=s3://files?secret=x'], /each of endpoint, region/],
    [[...LOGIN, '--storage', '/srv=s3://files?endpoint=ftp://x'], /endpoint=https/],
    [[...LOGIN, '--storage', '/srv=s3://files?endpoint=https://u:p@x'], /endpoint=https/],
    [[...LOGIN, '--storage', '/srv=s3://files?region=a%20b'], /region=NAME/],
    [[...LOGIN, '--storage', '/srv=s3://files?part-size=4'], /part-size=MEBIBYTES/],
    [[...LOGIN, '--storage', '/srv=s3://files?path-style=1'], /path-style=yes/],
    [[...LOGIN, '--storage', '/srv/s3=s3://a-a', '--storage', '/srv=s3://b-b'], /a path in no other mount/],
    [[...LOGIN, '--extauth-timeout', '0'], /--extauth-timeout "0"/],
    [[...LOGIN, '--upload-linger', '0.5'], /--upload-linger "0.5"/],
    [[...LOGIN, '-I', 'abc'], /-I "abc"/],
    [[...LOGIN, '-k', 'abc'], /-k "abc"/],
    [[...LOGIN, '-p', '1000:2000'], /-p "1000:2000"/],
    [[...LOGIN, '-p', '3000:2000'], /-p "3000:2000"/],
    [[...LOGIN, '-p', '3000'], /-p "3000"/],
    [[...LOGIN, '-P', 'a b'], /-P "a b"/],
    [[...LOGIN, '--announce-rule', '::1'], /--announce-rule "::1"/],
    [[...LOGIN, '--announce-rule', 'client=10.0.0.0/33,192.0.2.1'], /NETWORK,\]\[local=ADDRESS,\]ADDRESS is expected/],
    [[...LOGIN, '--announce-rule', 'client=10.0.0.1,client=10.0.0.2,192.0.2.1'], /--announce-rule/],
    [[...LOGIN, '--announce-rule', 'local=here,192.0.2.1'], /--announce-rule/],
    [[...LOGIN, '--announce-rule', 'client=10.0.0.1'], /--announce-rule/],
    [[...LOGIN, '--cluster', 'redis://:secret@counters'], /without a password, is expected/],
    [[...LOGIN, '--cluster', 'http://counters'], /--cluster/],
    [[...LOGIN, '--cluster-away', 'perhaps'], /--cluster-away/],
    [
      [...LOGIN, '--user-total-bandwidth', '0:1'],
      /--user-total-bandwidth "0:1": kilobytes per second, UP:DOWN, are expected/,
    ],
    [[...LOGIN, '--server-bandwidth', ':'], /--server-bandwidth/],
    [[...LOGIN, '--proxy-from', '10.0.0.0/33'], /--proxy-from "10.0.0.0\/33": networks, as .* are expected/],
    [[...LOGIN, '--proxy-from', 'balancer'], /--proxy-from "balancer"/],
    [[...LOGIN, '--proxy-from', '10.0.0.1,'], /--proxy-from/],
    [[...LOGIN, '--penalties', 'maybe'], /--penalties "maybe": yes, no, or WORD:VALUE,/],
    [[...LOGIN, '--penalties', 'authfail'], /a time, as 90s or 1h30m, is expected/],
    [[...LOGIN, '--penalties', 'authfail:-1'], /a time/],
    [[...LOGIN, '--penalties', 'authfail:99w9d9h,max:99999w'], /at most ten years/],
    [[...LOGIN, '--penalties', 'max-sources4:0'], /a number from 1 to 1000000 is expected/],
    [[...LOGIN, '--penalties', 'overflow:all'], /permissive or deny-all is expected/],
    [[...LOGIN, '--penalties', 'refuseconnection:1s'], /--penalties/],
    [[...LOGIN, '--penalty-exempt', 'localhost'], /--penalty-exempt "localhost"/],
    [[...LOGIN, '--log-format', 'xml'], /--log-format "xml": text or json is expected/],
    [[...LOGIN, '-S', ''], /-S ""/],
    [[...LOGIN, '-u', '-1'], /-u "-1"/],
    [[...LOGIN, '-m', '0'], /-m "0"/],
    [[...LOGIN, '--link-roots', 'srv'], /--link-roots "srv"/],
    [[...LOGIN, '--link-roots', '/srv:'], /--link-roots "\/srv:"/],
    [[...LOGIN, '--link-roots'], /requires an argument/],
    [[...LOGIN, '-m', 'x'], /-m "x"/],
    [[...LOGIN, '-V', 'localhost'], /-V "localhost"/],
    [[...LOGIN, '-U', '1000'], /-U "1000"/],
    [[...LOGIN, '-U', ':'], /-U ":"/],
    [[...LOGIN, '-U', '9'], /-U "9"/],
    [['-l', 'nosuch'], /nosuch/],
    [['-l', 'puredb'], /puredb/],
    [['-l', 'mysql:/nosuch'], /-l: \/nosuch: cannot be read/],
    [[...LOGIN, '-O', 'clf:x'], /-O: Prohibited file name: x/],
    [[...LOGIN, '-O', 'combined:/x'], /-O: Unknown logging format: combined/],
    [['-l', 'ldap:/nosuch'], /-l: \/nosuch: cannot be read/],
    [['/nosuch/pure-ftpd.conf'], /^\/nosuch\/pure-ftpd.conf: no such file/],
    [['/etc/pure-ftpd.conf', '-A'], /unexpected argument: \/etc\/pure-ftpd.conf/],
    [[...LOGIN, 'left'], /unexpected argument: left/],
    [[...LOGIN, '-5'], /invalid option -- '5'/],
    [[...LOGIN, '-8', 'UTF-16'], /-8 "UTF-16": a character set such as UTF-8, .* is expected/],
    [[...LOGIN, '-8', 'auto:GBK'], /-8 "auto:GBK": a character set/],
    [[...LOGIN, '-9', 'base64'], /-9 "base64": a character set/],
    [[...LOGIN, '-9', 'KLINGON'], /-9 "KLINGON": a character set/],
    [[...LOGIN, '--clientcharset', 'auto:'], /-9 "auto:": a character set/],
    [[...LOGIN, '--nosuch'], /--nosuch/],
    [[...LOGIN, '--maxclients=3'], /ambiguous/],
    [[...LOGIN, '-c'], /requires an argument/],
  ])('%j', (words, named) => {
    const { message, status } = refusal(...words);
    expect(message).toMatch(named);
    expect(message).not.toContain('\n');
    expect(status).toBe(ExitStatus.badConfiguration);
  });

  test.each(options.filter(({ unsupported }) => unsupported === true))(
    '-$short/--$long is known, and not supported yet',
    ({ short = '', long, argument }) => {
      const value = argument === undefined ? [] : ['1'];
      const message = `-${short}/--${long} is not supported yet`;
      expect(refusal(...LOGIN, `-${short}`, ...value).message).toBe(message);
      expect(refusal(...LOGIN, `--${long}`, ...value).message).toBe(message);
    },
  );
});

describe('help', () => {
  test.each([[['-h']], [['--help']], [[...LOGIN, '--he']]])('%j asks for it', (words) => {
    expect(() => parseCommandLine(words)).toThrow(HelpRequest);
  });

  test('--version asks for the version', () => {
    expect(() => parseCommandLine(['--version'])).toThrow(VersionRequest);
  });

  test('says of each option what it does, whatever stands before it', () => {
    for (const { description } of options) expect(description).not.toMatch(/^(?:nor|the same|let everybody, also)\b/);
  });
});

test.each(options.flatMap(({ long, values }) => (typeof values === 'object' ? [{ long, values }] : [])))(
  '--$long takes each of the values that are listed for it: $values',
  ({ long, values }) => {
    // Behind one that ends with a colon there has to be something, which may have to be there.
    const whole = values.filter((value) => !value.endsWith(':'));
    for (const value of whole) expect(() => parse(`--${long}=${value}`)).not.toThrow();
  },
);

test.each([
  ['pure-ftpd-virtualchroot', ['/']],
  ['pure-ftpd-mysql-virtualchroot', ['/']],
  ['pure-ftpd', undefined],
  [undefined, undefined],
])('called as %s, links may lead out into %j; --link-roots has the last word', (name, linkRoots) => {
  expect(parseCommandLine(LOGIN, name).linkRoots).toEqual(linkRoots);
  expect(parseCommandLine([...LOGIN, '--link-roots', '/srv'], name).linkRoots).toEqual(['/srv']);
});

test('login methods are asked in the order given; PAM where none is', () => {
  const words = ['-l', 'puredb:/a', '-l', 'Unix', '-l', 'pam', '-l', 'puredb:/b'];
  expect(parseCommandLine(words).logins).toEqual([
    { name: 'puredb', path: '/a' },
    { name: 'unix', path: '' },
    { name: 'pam', path: '' },
    { name: 'puredb', path: '/b' },
  ]);
  expect(parseCommandLine([]).logins).toEqual([{ name: 'pam', path: '' }]);
  expect(parseCommandLine(['-e']).logins).toEqual([]);
});
