// The package for Debian and what is like it.
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { makeExecutable } from './executable.ts';
import { runTool } from './run-tool.ts';
import { builtPrograms, noticesOf, writePlain, writeTree } from './tree.ts';

const NAME = 'pure-ftpd-node';

/** Debian's packages of the C server: this one does what they do, in the same places. */
const REPLACED = ['pure-ftpd', 'pure-ftpd-common', 'pure-ftpd-ldap', 'pure-ftpd-mysql', 'pure-ftpd-postgresql'];

/** Debian's names of processors. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** Conffiles: dpkg asks before it replaces one that somebody has changed. */
const SETTINGS: Readonly<Record<string, string>> = {
  'logrotate.conf': 'etc/logrotate.d/pure-ftpd-common',
  'dpkg.conf': 'etc/dpkg/dpkg.cfg.d/pure-ftpd-node',
  'init.sh': 'etc/init.d/pure-ftpd',
};

const STATIC: Readonly<Record<string, string>> = {
  'sysusers.conf': `usr/lib/sysusers.d/${NAME}.conf`,
  'tmpfiles.conf': `usr/lib/tmpfiles.d/${NAME}.conf`,
  'guard.sh': 'usr/lib/pure-ftpd/guard',
  'control.sh': 'usr/sbin/pure-ftpd-control',
};

/** What a package is made of, and where it goes. */
export interface DebOptions {
  /** The folder of the repository, where every program is built. */
  readonly root: string;
  readonly version: string;
  /** The folder of the Node that is in it: `bin/node` and LICENSE. */
  readonly node: string;
  /** As Node names it. */
  readonly processor: string;
  /** The folder for the package. */
  readonly out: string;
  /** For a test: packed in seconds, and larger. */
  readonly isQuick?: boolean;
}

/** @returns The path of the package. */
export function makeDeb({ root, version, node, processor, out, isQuick = false }: DebOptions): string {
  const architecture = ARCHITECTURES[processor];
  if (architecture === undefined) throw new Error(`${processor}: no architecture of Debian`);
  const work = mkdtempSync(join(tmpdir(), 'deb-'));
  try {
    const tree = join(work, 'tree');
    mkdirSync(tree, { mode: 0o755 });
    const executable = join(work, 'pure-ftpd');
    makeExecutable(join(node, 'bin/node'), process.execPath, executable);
    const beside = writeTree(root, executable, join(tree, 'usr'), { processor, libc: 'linux' });
    writeSystem(tree);
    const notices = noticesOf(root, builtPrograms(root), beside, readFileSync(join(node, 'LICENSE'), 'utf8'));
    writeDocumentation(root, join(tree, 'usr/share/doc', NAME), notices);
    writeControl(tree, version, architecture);
    mkdirSync(out, { recursive: true });
    const deb = join(out, `${NAME}_${version}_${architecture}.deb`);
    runTool('dpkg-deb', ['--root-owner-group', ...(isQuick ? ['-Zgzip', '-z1'] : ['-Zxz']), '--build', tree, deb]);
    return deb;
  } finally {
    rmSync(work, { recursive: true });
  }
}

function source(name: string): Buffer {
  return readFileSync(join(import.meta.dirname, '../debian', name));
}

function writeSystem(tree: string): void {
  for (const [name, path] of Object.entries({ ...SETTINGS, ...STATIC }))
    writePlain(join(tree, path), source(name), name.endsWith('.sh') ? 0o755 : 0o644);
  for (const unit of globSync('*.service', { cwd: join(import.meta.dirname, '../debian') }))
    writePlain(join(tree, 'usr/lib/systemd/system', unit), source(unit));
  mkdirSync(join(tree, 'var/log/pure-ftpd'), { recursive: true, mode: 0o750 });
  for (const other of ['ldap', 'mysql', 'postgresql'])
    symlinkSync('pure-ftpd', join(tree, `etc/init.d/pure-ftpd-${other}`));
}

function writeDocumentation(root: string, folder: string, notices: string): void {
  writePlain(join(folder, 'copyright'), notices);
  for (const name of ['CHANGELOG.md', 'apps/pure-ftpd/README.md', 'docs/differences.md', 'docs/errors.md'])
    writePlain(join(folder, basename(name)), readFileSync(join(root, name)));
  for (const name of globSync('docs/accounts/*', { cwd: root }))
    writePlain(join(folder, 'accounts', basename(name)), readFileSync(join(root, name)));
}

function writeControl(tree: string, version: string, architecture: string): void {
  const others = REPLACED.join(', ');
  const provided = REPLACED.map((name) => `${name} (= 1.0.54)`).join(', ');
  const fields = {
    Package: NAME,
    Version: version,
    Architecture: architecture,
    Maintainer: 'The Pure-FTPd for Node.js project <pure-ftpd-node@localhost>',
    'Installed-Size': String(installedKilobytes(tree)),
    Depends:
      'libc6 (>= 2.28), libgcc-s1, libstdc++6, libatomic1, libpam0g, libpam-modules, libcrypt1, init-system-helpers',
    Suggests: 'openssl, logrotate',
    Provides: `ftp-server, ${provided}`,
    Conflicts: `ftp-server, ${others}`,
    Replaces: `ftp-server, ${others}`,
    Section: 'net',
    Priority: 'optional',
    Description: [
      'FTP server, a drop-in for Pure-FTPd',
      ' Virtual users, SQL, LDAP and PAM, TLS, quotas, bandwidth, ratios, with the',
      ' switches, files and formats of Pure-FTPd. Takes over from its packages with',
      ' their configuration as it is. Brings the Node.js that it runs on.',
    ].join('\n'),
  };
  const text = Object.entries(fields).map(([name, value]) => `${name}: ${value}\n`);
  writePlain(join(tree, 'DEBIAN/control'), text.join(''));
  writePlain(
    join(tree, 'DEBIAN/conffiles'),
    Object.values(SETTINGS)
      .map((path) => `/${path}\n`)
      .join(''),
  );
  for (const script of ['postinst', 'prerm', 'postrm'])
    writePlain(join(tree, 'DEBIAN', script), source(`${script}.sh`), 0o755);
}

/** The executable counts four times: the package has it once, and an installation a copy for each program that keeps running. */
function installedKilobytes(tree: string): number {
  const sizes = new Map<number, number>();
  for (const path of globSync('**/*', { cwd: tree })) {
    const { ino, size } = statSync(join(tree, path));
    sizes.set(ino, size);
  }
  const once = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return Math.ceil((once + 3 * statSync(join(tree, 'usr/sbin/pure-ftpd')).size) / 1024);
}
