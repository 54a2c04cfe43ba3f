// The files of GNOME: `gio` asks the daemons of gvfs, which a session's bus starts. All of it is unpacked, and none of it installed.
import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { type PeerName, peerPath, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { encodeName } from '@pure-ftpd/protocol';
import { expect, test } from 'vitest';

import { Daemon, LOGIN, PASSWORD } from '../support/daemon.ts';
import { AWKWARD_NAMES } from '../support/names.ts';
import { type Finished, runProgram } from '../support/program.ts';
import { treeDigest, writeFileNamed } from '../support/tree.ts';
import { expectDone } from './contract.ts';

const LIBRARIES = ['gvfs-libs', 'libgcr', 'libgck', 'libsecret'] as const satisfies readonly PeerName[];

const GVFS = ['gio', 'dbus-run-session', 'gvfs', 'gvfs-daemons', 'gvfs-backends', ...LIBRARIES] as const;

/** A folder of a package whose path has the kind of machine in it. */
function folderIn(name: PeerName, pattern: string): string[] {
  return globSync(pattern, { cwd: peerPath(name) }).map((path) => join(peerPath(name), path));
}

/** The settings of a bus that starts the daemon of gvfs, and the kinds of places that this one knows. */
function prepare(folder: TempFolder): void {
  mkdirSync(folder.file('services'));
  mkdirSync(folder.file('mounts'));
  writeFileSync(
    folder.file('bus.conf'),
    `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=${folder.path}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>${folder.file('services')}</servicedir>
  <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
`,
  );
  writeFileSync(
    folder.file('services', 'gvfs.service'),
    `[D-BUS Service]\nName=org.gtk.vfs.Daemon\nExec=${peerPath('gvfs-daemons')} --no-fuse\n`,
  );
  writeFileSync(
    folder.file('mounts', 'ftp.mount'),
    `[Mount]\nType=ftp\nExec=${peerPath('gvfs-backends')}\nAutoMount=false\nScheme=ftp\nDefaultPort=21\nHostnameIsInetAddress=true\n`,
  );
}

/** Runs lines for the shell in a session of their own; the first that fails is the last. */
function inSession(folder: TempFolder, lines: readonly string[]): Promise<Finished> {
  const libraries = [
    ...folderIn('gvfs-libs', '*/gvfs'),
    ...LIBRARIES.slice(1).flatMap((name) => folderIn(name, '*-linux-*')),
  ];
  const args = [`--config-file=${folder.file('bus.conf')}`, '--', 'sh', '-es'];
  return runProgram(peerPath('dbus-run-session'), args, {
    input: encodeName(`${lines.join('\n')}\n`),
    cwd: folder.path,
    env: {
      PATH: `${dirname(peerPath('gio'))}:${process.env['PATH'] ?? ''}`,
      LD_LIBRARY_PATH: libraries.join(':'),
      GIO_EXTRA_MODULES: folderIn('gvfs', '*/gio/modules').join(':'),
      GVFS_MOUNTABLE_DIR: folder.file('mounts'),
      XDG_RUNTIME_DIR: folder.path,
    },
  });
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Every byte that means something in a URL, escaped. */
function escaped(name: string): string {
  return Array.from(encodeName(name), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

describeWith(GVFS, 'gio, as the files of GNOME', () => {
  test(`sends, lists, renames, fetches and removes files of ${AWKWARD_NAMES.length} awkward names, and a folder`, async () => {
    using local = tempFolder();
    prepare(local);
    await using daemon = await Daemon.start();
    const server = `ftp://${LOGIN}@127.0.0.1:${daemon.port}`;
    for (const folder of ['up', 'down']) mkdirSync(local.file(folder));
    for (const name of AWKWARD_NAMES) writeFileNamed(local.file('up'), name, `content of ${name}`);
    const sent = (name: string): string => quoted(`${local.file('up')}/${name}`);
    const at = (name: string): string => quoted(`${server}/${escaped('a [b] é')}/${escaped(name)}`);
    const { stdout } = expectDone(
      await inSession(local, [
        `gio mount ${server} <<end\n${PASSWORD}\nend`,
        `gio mkdir ${server}/${escaped('a [b] é')}`,
        `gio copy ${AWKWARD_NAMES.map(sent).join(' ')} ${at('')}`,
        `gio list -h ${at('')}`,
        `gio rename ${at('plain.txt')} ${quoted('re [named] é')}`,
        `gio move ${at('re [named] é')} ${at('plain.txt')}`,
        `gio copy ${AWKWARD_NAMES.map(at).join(' ')} ${quoted(local.file('down'))}`,
        `gio remove ${AWKWARD_NAMES.map(at).join(' ')}`,
        `gio remove ${at('')}`,
      ]),
    );
    expect(treeDigest(local.file('down'))).toEqual(treeDigest(local.file('up')));
    expect(stdout).toContain('[bracket]\n');
    expect(treeDigest(daemon.home).size).toBe(0);
  });
});
