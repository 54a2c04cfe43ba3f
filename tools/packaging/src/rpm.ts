// The package for systems with rpm.
import { globSync, lstatSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runTool } from './run-tool.ts';
import { NAME, orderedVersion, type PackageOptions, script } from './system-files.ts';
import { writeSystemTree } from './system-package.ts';

/** Their names of processors. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };

const LOGROTATE = 'etc/logrotate.d/pure-ftpd';

/** What every family of these systems calls by the same name: libraries, each by its file. */
const LIBRARIES = ['libc.so.6(GLIBC_2.28)', 'libgcc_s.so.1()', 'libstdc++.so.6()', 'libatomic.so.1()', 'libpam.so.0()'];

/** Folders that are nobody else's. */
const OWN_FOLDERS = /^(?:usr\/lib\/pure-ftpd|usr\/share\/doc\/pure-ftpd-node)(?:$|\/)/;

/** @returns The path of the package. */
export function makeRpm(options: PackageOptions): string {
  const { version, processor, out, isQuick } = options;
  const architecture = ARCHITECTURES[processor];
  if (architecture === undefined) throw new Error(`${processor}: no architecture of rpm`);
  const work = mkdtempSync(join(tmpdir(), 'rpm-'));
  try {
    const tree = writeSystemTree(options, work, LOGROTATE);
    const spec = join(work, `${NAME}.spec`);
    writeFileSync(spec, specification(tree, orderedVersion(version), isQuick));
    mkdirSync(out, { recursive: true });
    const file = `${NAME}-${orderedVersion(version)}-1.${architecture}.rpm`;
    const places = { _topdir: join(work, 'build'), _rpmdir: out, _rpmfilename: file };
    const words = Object.entries(places).flatMap(([name, value]) => ['--define', `${name} ${value}`]);
    runTool('rpmbuild', ['-bb', '--quiet', '--target', `${architecture}-linux`, ...words, spec]);
    return join(out, file);
  } finally {
    rmSync(work, { recursive: true });
  }
}

function specification(tree: string, version: string, isQuick: boolean): string {
  return `# The tree is complete: nothing in it is stripped, and nothing is found out about it.
%global debug_package %{nil}
%global __os_install_post %{nil}
%global _build_id_links none
%global _binary_payload ${isQuick ? 'w1.gzdio' : 'w6.xzdio'}
Name: ${NAME}
Version: ${version}
Release: 1
Summary: FTP server, a drop-in for Pure-FTPd
License: MIT
URL: https://www.pureftpd.org/
AutoReqProv: no
Provides: ftpserver, pure-ftpd = 1.0.54
Conflicts: pure-ftpd
${LIBRARIES.map((library) => `Requires: ${library}(64bit)`).join('\n')}
Suggests: openssl, logrotate

%description
Virtual users, SQL, LDAP and PAM, TLS, quotas, bandwidth, ratios, with the switches, files and formats of Pure-FTPd. Brings the
Node.js that it runs on.

%install
cp -a "${tree}/." "$RPM_BUILD_ROOT"

%post
${withoutShell(script('rpm/post.sh', true))}
%preun
${withoutShell(script('rpm/preun.sh'))}
%postun
${withoutShell(script('rpm/postun.sh'))}
%files
%defattr(-,root,root,-)
${filesOf(tree).join('\n')}
`;
}

/** rpm runs scripts by the shell; a percent sign begins a word of its own. */
function withoutShell(text: string): string {
  return text.replace(/^#!.*\n/, '').replaceAll('%', '%%');
}

function filesOf(tree: string): string[] {
  const paths = globSync('**/*', { cwd: tree }).toSorted();
  return [
    ...paths.flatMap((path) => {
      const isFolder = lstatSync(join(tree, path)).isDirectory();
      if (isFolder) return OWN_FOLDERS.test(path) ? [`%dir "/${path}"`] : [];
      return [`${path.startsWith('etc/') ? '%config(noreplace) ' : ''}"/${path}"`];
    }),
    '%attr(0750,root,root) %dir /var/log/pure-ftpd',
  ];
}
