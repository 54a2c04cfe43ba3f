// The settings of vsftpd.conf(5): what each becomes here. Those that speak of users are read in `users.ts`.
import type { Migration } from '../migration.ts';

/** Values of a configuration, with the place of each. */
export interface VsftpdSetting {
  readonly name: string;
  readonly value: string;
  readonly where: string;
}

/** A configuration as it is read: names are in small letters, the last line of a name counts. */
export class VsftpdConfiguration {
  readonly settings: readonly VsftpdSetting[];
  readonly #byName: ReadonlyMap<string, string>;

  constructor(settings: readonly VsftpdSetting[]) {
    this.settings = settings;
    this.#byName = new Map(settings.map(({ name, value }) => [name, value]));
  }

  /** @param otherwise What vsftpd does without a line. */
  is(name: string, otherwise: boolean): boolean {
    const value = this.#byName.get(name)?.toUpperCase();
    return value === undefined ? otherwise : ['YES', 'TRUE', '1'].includes(value);
  }

  text(name: string): string {
    return this.#byName.get(name) ?? '';
  }

  number(name: string): number {
    return /^\d{1,12}$/.test(this.text(name)) ? Number(this.text(name)) : 0;
  }
}

type Take = (configuration: VsftpdConfiguration, migration: Migration, where: string) => void;

/** Nothing has to be done: it is so here, or means nothing here. */
const NEEDLESS: Take = () => {};

/** Read with others, or with the users. */
const ELSEWHERE: Take = () => {};

/** Only one of its two values is what this server does. */
function fine(name: string, otherwise: boolean, wanted: boolean, text: string): [string, Take] {
  return [
    name,
    (configuration, migration, where) => {
      if (configuration.is(name, otherwise) !== wanted) migration.note(where, `${name}: ${text}`);
    },
  ];
}

function kilobytes(bytes: number): string {
  return String(Math.max(1, Math.round(bytes / 1024)));
}

const TAKEN: ReadonlyMap<string, Take> = new Map<string, Take>([
  [
    'anon_max_rate',
    (of, to) =>
      void (of.number('anon_max_rate') > 0 && to.set('AnonymousBandwidth', kilobytes(of.number('anon_max_rate')))),
  ],
  [
    'local_max_rate',
    (of, to) =>
      void (of.number('local_max_rate') > 0 && to.set('UserBandwidth', kilobytes(of.number('local_max_rate')))),
  ],
  [
    'max_clients',
    (of, to) => void (of.number('max_clients') > 0 && to.set('MaxClientsNumber', of.text('max_clients'))),
  ],
  ['max_per_ip', (of, to) => void (of.number('max_per_ip') > 0 && to.set('MaxClientsPerIP', of.text('max_per_ip')))],
  ['pasv_address', (of, to) => to.set('ForcePassiveIP', of.text('pasv_address'))],
  [
    'idle_session_timeout',
    (of, to) => to.set('MaxIdleTime', String(Math.max(1, Math.round(of.number('idle_session_timeout') / 60)))),
  ],
  [
    'local_umask',
    (of, to) =>
      to.set('Umask', `${of.text('local_umask').padStart(3, '0')}:${of.text('local_umask').padStart(3, '0')}`),
  ],
  [
    'anon_mkdir_write_enable',
    (of, to) => void (of.is('anon_mkdir_write_enable', false) && to.set('AnonymousCanCreateDirs', 'yes')),
  ],
  ['chmod_enable', (of, to) => void (!of.is('chmod_enable', true) && to.set('NoChmod', 'yes'))],
  ['log_ftp_protocol', (of, to) => void (of.is('log_ftp_protocol', false) && to.set('VerboseLog', 'yes'))],
  ['background', (of, to) => void (of.is('background', false) && to.set('Daemonize', 'yes'))],
  ['pasv_enable', (of, to) => void (!of.is('pasv_enable', true) && to.set('NATmode', 'yes'))],
  ['force_dot_files', (of, to) => void (of.is('force_dot_files', false) && to.set('DisplayDotFiles', 'yes'))],
  [
    'ssl_ciphers',
    (of, to, where) =>
      to.note(where, `ssl_ciphers ${of.text('ssl_ciphers')}: TLSCipherSuite, where the default is not enough`),
  ],
  [
    'ftpd_banner',
    (of, to, where) =>
      to.note(where, `ftpd_banner: write the text into a file, and name it by FortunesFile: ${of.text('ftpd_banner')}`),
  ],
  ['banner_file', (of, to) => to.set('FortunesFile', of.text('banner_file'))],
  ...['write_enable', 'download_enable', 'dirlist_enable'].map((name) =>
    fine(name, name !== 'write_enable', true, 'users may do it here: modes of the files say who may not'),
  ),
  fine('port_enable', true, true, 'active data connections are always there'),
  fine('ssl_sslv2', false, false, 'such old versions of TLS are not spoken'),
  fine('ssl_sslv3', false, false, 'such old versions of TLS are not spoken'),
  fine('hide_ids', false, false, 'listings have the owners of files'),
  fine('no_anon_password', false, false, 'a password is asked of anonymous users only with BrokenClientsCompatibility'),
  fine('deny_email_enable', false, false, 'there is no list of banned e-mail addresses'),
  fine('text_userdb_names', false, false, 'listings have the numbers of owners'),
  fine('delete_failed_uploads', false, false, 'an upload that fails is kept beside the file, for a restart'),
  fine('ls_recurse_enable', false, false, 'LIST -R is there within LimitRecursion'),
  fine('async_abor_enable', false, true, 'ABOR is always there'),
]);

/** What needs no word: it is so here, concerns what vsftpd is made of, or is read elsewhere. */
const PASSED_OVER = new Map<string, Take>([
  ...[
    'allow_writeable_chroot',
    'secure_chroot_dir',
    'use_localtime',
    'dirmessage_enable',
    'message_file',
    'connect_from_port_20',
    'ftp_data_port',
    'nopriv_user',
    'pam_service_name',
    'tcp_wrappers',
    'session_support',
    'isolate',
    'isolate_network',
    'seccomp_sandbox',
    'setproctitle_enable',
    'trans_chunk_size',
    'use_sendfile',
    'utf8_filesystem',
    'ascii_download_enable',
    'ascii_upload_enable',
    'mdtm_write',
    'lock_upload_files',
    'reverse_lookup_enable',
    'run_as_launching_user',
    'one_process_model',
    'passwd_chroot_enable',
    'xferlog_std_format',
    'dual_log_enable',
    'check_shell',
    'require_ssl_reuse',
    'ssl_request_cert',
    'strict_ssl_read_eof',
    'strict_ssl_write_shutdown',
    'ssl_tlsv1',
    'ssl_tlsv1_1',
    'ssl_tlsv1_2',
    'ssl_tlsv1_3',
    'debug_ssl',
    'accept_timeout',
    'connect_timeout',
    'data_connection_timeout',
    'delay_failed_login',
    'delay_successful_login',
    'max_login_fails',
    'port_promiscuous',
    'pasv_promiscuous',
    'pasv_addr_resolve',
    'ftp_username',
  ].map((name) => [name, NEEDLESS] as const),
  ...[
    'listen',
    'listen_ipv6',
    'listen_port',
    'listen_address',
    'listen_address6',
    'anonymous_enable',
    'local_enable',
    'anon_upload_enable',
    'anon_root',
    'anon_other_write_enable',
    'pasv_min_port',
    'pasv_max_port',
    'ssl_enable',
    'force_local_logins_ssl',
    'force_local_data_ssl',
    'allow_anon_ssl',
    'force_anon_logins_ssl',
    'force_anon_data_ssl',
    'implicit_ssl',
    'rsa_cert_file',
    'rsa_private_key_file',
    'xferlog_enable',
    'xferlog_file',
    'vsftpd_log_file',
    'syslog_enable',
    'no_log_lock',
    'chroot_local_user',
    'chroot_list_enable',
    'chroot_list_file',
    'userlist_enable',
    'userlist_deny',
    'userlist_file',
    'userlist_log',
    'user_config_dir',
    'user_sub_token',
    'local_root',
    'guest_enable',
    'guest_username',
    'virtual_use_local_privs',
  ].map((name) => [name, ELSEWHERE] as const),
]);

/** Takes what concerns the server as a whole. */
export function takeSettings(configuration: VsftpdConfiguration, migration: Migration): void {
  const last = new Map(configuration.settings.map((setting) => [setting.name, setting]));
  for (const { name, value, where } of last.values()) {
    const take = TAKEN.get(name) ?? PASSED_OVER.get(name);
    if (take === undefined) migration.note(where, `${name}=${value}: no equivalent`);
    else take(configuration, migration, where);
  }
  takeDefaults(configuration, migration);
  takeListening(configuration, migration);
  takeAnonymous(configuration, migration);
  takeTls(configuration, migration);
  takeLog(configuration, migration);
}

/** What vsftpd does without a line, and this server does not: files would be open to more, or fewer would get in. */
const DEFAULTS: readonly (readonly [name: string, key: string, value: string])[] = [
  ['local_umask', 'Umask', '077:077'],
  ['idle_session_timeout', 'MaxIdleTime', '5'],
  ['max_clients', 'MaxClientsNumber', '2000'],
  ['max_per_ip', 'MaxClientsPerIP', '50'],
];

function takeDefaults(of: VsftpdConfiguration, to: Migration): void {
  for (const [name, key, value] of DEFAULTS) if (of.text(name) === '') to.set(key, value);
}

function takeListening(of: VsftpdConfiguration, to: Migration): void {
  const address = of.text('listen_address') || of.text('listen_address6');
  const port = of.text('listen_port') || '21';
  if (address !== '') to.set('Bind', `${address},${port}`);
  else if (port !== '21') to.set('Bind', port);
  const [first, last] = [of.number('pasv_min_port'), of.number('pasv_max_port')];
  if (first > 0 && last >= first) to.set('PassivePortRange', `${first} ${last}`);
}

function takeAnonymous(of: VsftpdConfiguration, to: Migration): void {
  // vsftpd takes anonymous users where no line says otherwise.
  if (!of.is('anonymous_enable', true)) {
    to.set('NoAnonymous', 'yes');
    return;
  }
  if (!of.is('local_enable', false) && !of.is('guest_enable', false)) to.set('AnonymousOnly', 'yes');
  if (!of.is('anon_upload_enable', false)) to.set('AnonymousCantUpload', 'yes');
  const root = of.text('anon_root');
  to.note(
    'anonymous_enable',
    `anonymous users see the home of the system user ftp, or the folder in FTP_ANON_DIR${root === '' ? '' : `, and not ${root}`}`,
  );
}

function takeTls(of: VsftpdConfiguration, to: Migration): void {
  if (!of.is('ssl_enable', false)) return;
  const isForced = of.is('force_local_logins_ssl', true);
  to.set('TLS', !isForced ? '1' : of.is('force_local_data_ssl', true) ? '3' : '2');
  const certificate = of.text('rsa_cert_file') || '/usr/share/ssl/certs/vsftpd.pem';
  const key = of.text('rsa_private_key_file') || certificate;
  if (key === certificate) to.set('CertFile', certificate);
  else to.set('CertFileAndKey', `${certificate} ${key}`);
  if (of.is('implicit_ssl', false)) to.add('ImplicitTLS', of.text('listen_port') || '990');
}

function takeLog(of: VsftpdConfiguration, to: Migration): void {
  if (of.is('xferlog_enable', false)) to.set('AltLog', `xferlog:${of.text('xferlog_file') || '/var/log/vsftpd.log'}`);
  if (of.is('syslog_enable', false)) to.set('SyslogFacility', 'ftp');
  else if (of.text('vsftpd_log_file') !== '') to.set('LogFile', of.text('vsftpd_log_file'));
}
