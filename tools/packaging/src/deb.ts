// The package for Debian and what is like it.
import { globSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { runTool } from './run-tool.ts';
import { NAME, orderedVersion, type PackageOptions, script, source } from './system-files.ts';
import { writeSystemTree } from './system-package.ts';
import { writePlain } from './tree.ts';

/** Debian's packages of the C server: this one does what they do, in the same places. */
const REPLACED = ['pure-ftpd', 'pure-ftpd-common', 'pure-ftpd-ldap', 'pure-ftpd-mysql', 'pure-ftpd-postgresql'];

/** Debian's names of processors. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

const MAINTAINER = 'The Pure-FTPd for Node.js project <pure-ftpd-node@localhost>';

const LOGROTATE = 'etc/logrotate.d/pure-ftpd-common';

/** What Debian alone has. */
const FILES: Readonly<Record<string, string>> = {
  'dpkg.conf': 'etc/dpkg/dpkg.cfg.d/pure-ftpd-node',
  'init.sh': 'etc/init.d/pure-ftpd',
  'guard.sh': 'usr/lib/pure-ftpd/guard',
  'control.sh': 'usr/sbin/pure-ftpd-control',
  'lintian-overrides.txt': 'usr/share/lintian/overrides/pure-ftpd-node',
};

/** @returns The path of the package. */
export function makeDeb(options: PackageOptions): string {
  const { version, processor, out, isQuick } = options;
  const architecture = ARCHITECTURES[processor];
  if (architecture === undefined) throw new Error(`${processor}: no architecture of Debian`);
  const work = mkdtempSync(join(tmpdir(), 'deb-'));
  try {
    const tree = writeSystemTree(options, work, LOGROTATE);
    for (const [name, path] of Object.entries(FILES))
      writePlain(join(tree, path), source(`debian/${name}`), name.endsWith('.sh') ? 0o755 : 0o644);
    for (const other of ['ldap', 'mysql', 'postgresql'])
      symlinkSync('pure-ftpd', join(tree, `etc/init.d/pure-ftpd-${other}`));
    symlinkSync('pure-ftpd.8.gz', join(tree, 'usr/share/man/man8/pure-ftpd-control.8.gz'));
    writeChangelog(tree, orderedVersion(version));
    writeControl(tree, orderedVersion(version), architecture);
    mkdirSync(out, { recursive: true });
    const deb = join(out, `${NAME}_${orderedVersion(version)}_${architecture}.deb`);
    runTool('dpkg-deb', ['--root-owner-group', ...(isQuick ? ['-Zgzip', '-z1'] : ['-Zxz']), '--build', tree, deb]);
    return deb;
  } finally {
    rmSync(work, { recursive: true });
  }
}

function writeControl(tree: string, version: string, architecture: string): void {
  const others = REPLACED.join(', ');
  const provided = REPLACED.map((name) => `${name} (= 1.0.54)`).join(', ');
  const fields = {
    Package: NAME,
    Version: version,
    Architecture: architecture,
    Maintainer: MAINTAINER,
    'Installed-Size': String(installedKilobytes(tree)),
    Depends: 'libc6 (>= 2.28), libgcc-s1, libstdc++6, libatomic1, libpam0g, libpam-modules, libcrypt1',
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
  // dpkg asks before it replaces one that somebody has changed.
  const settings = [LOGROTATE, ...Object.values(FILES).filter((path) => path.startsWith('etc/'))];
  writePlain(join(tree, 'DEBIAN/conffiles'), settings.map((path) => `/${path}\n`).join(''));
  for (const name of ['postinst', 'prerm', 'postrm'])
    writePlain(join(tree, 'DEBIAN', name), script(`debian/${name}.sh`, name === 'postinst'), 0o755);
}

/** In Debian's form, which names the version and leads to what users read. */
function writeChangelog(tree: string, version: string): void {
  const seconds = Number(process.env['SOURCE_DATE_EPOCH'] ?? Date.now() / 1000);
  const date = new Date(seconds * 1000).toUTCString().replace('GMT', '+0000');
  const text = `${NAME} (${version}) unstable; urgency=medium\n\n  * CHANGELOG.md has what is new.\n\n -- ${MAINTAINER}  ${date}\n`;
  writePlain(join(tree, `usr/share/doc/${NAME}/changelog.gz`), gzipSync(text, { level: 9 }));
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
