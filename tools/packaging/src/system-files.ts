// What a package for a system has besides the tree of an installation: units, users, logs, documentation, and what runs when it comes.
import { globSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { writePlain } from './tree.ts';

/** The name of the package, of whatever kind. */
export const NAME = 'pure-ftpd-node';

/** What a package is made of, and where it goes. */
export interface PackageOptions {
  /** The folder of the repository, where every program is built. */
  readonly root: string;
  readonly version: string;
  /** The folder of the Node that is in it: `bin/node` and LICENSE. */
  readonly node: string;
  /** As Node names it. */
  readonly processor: string;
  /** Where packages of npm for that processor are, by their names. */
  readonly modules: string;
  /** The folder for the package. */
  readonly out: string;
  /** For a test: packed in seconds, and larger. */
  readonly isQuick: boolean;
}

/** A version as dpkg and rpm order it: what stands behind a dash, as `-rc.1`, comes before the release. */
export function orderedVersion(version: string): string {
  return version.replaceAll('-', '~');
}

/** A file of this package: `debian/init.sh`. */
export function source(name: string): Buffer {
  return readFileSync(join(import.meta.dirname, '..', name));
}

/** A script that a package manager runs, behind what they share where it sets something up. */
export function script(name: string, isSetup = false): string {
  return `#!/bin/sh\n${isSetup ? `${source('system/setup.sh').toString()}\n` : 'set -e\n'}${source(name).toString()}`;
}

/** @param logrotate Where the rotation of logs is set, below the tree. */
export function writeSystemFiles(tree: string, logrotate: string): void {
  const settings = {
    'system/logrotate.conf': logrotate,
    'system/sysusers.conf': `usr/lib/sysusers.d/${NAME}.conf`,
    'system/tmpfiles.conf': `usr/lib/tmpfiles.d/${NAME}.conf`,
  };
  for (const [name, path] of Object.entries(settings)) writePlain(join(tree, path), source(name));
  writeUnits(join(tree, 'usr/lib/systemd/system'), '/usr');
  mkdirSync(join(tree, 'var/log'), { recursive: true });
  mkdirSync(join(tree, 'var/log/pure-ftpd'), { mode: 0o750 });
}

/** @param prefix Where the programs will be. */
export function writeUnits(folder: string, prefix: string): void {
  for (const unit of globSync('*.service', { cwd: join(import.meta.dirname, '../system') }))
    writePlain(join(folder, unit), source(`system/${unit}`).toString().replaceAll('/usr/sbin/', `${prefix}/sbin/`));
}

const DOCUMENTS = [
  'CHANGELOG.md',
  'apps/pure-ftpd/README.md',
  'docs/control.md',
  'docs/differences.md',
  'docs/errors.md',
  'docs/metrics.md',
  'docs/migration.md',
  'docs/troubleshooting.md',
  'docs/storage.md',
  'docs/upgrade.md',
  'docs/uploads.md',
];

/** @param licences Of all that is in the package; in a file `copyright`, as both families of packages have it. */
export function writeDocumentation(root: string, folder: string, licences: string): void {
  writePlain(join(folder, 'copyright'), licences);
  for (const name of DOCUMENTS) writePlain(join(folder, basename(name)), readFileSync(join(root, name)));
  for (const name of globSync('docs/accounts/*', { cwd: root }))
    writePlain(join(folder, 'accounts', basename(name)), readFileSync(join(root, name)));
}
