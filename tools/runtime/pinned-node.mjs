// The Node that comes with the workspace, or the one that takes its place. Plain JavaScript for Node 18 and later.
import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { OLDEST_NODE } from './install-state.mjs';

/** Packages of the systems at hand that have a library which the pinned Node needs, by the name of the library. */
const PACKAGES = new Map([
  [
    'libatomic.so.1',
    'apt-get install libatomic1 (Debian, Ubuntu), dnf install libatomic (Fedora), or apk add libatomic (Alpine)',
  ],
  [
    'libstdc++.so.6',
    'apt-get install libstdc++6 (Debian, Ubuntu), dnf install libstdc++ (Fedora), or apk add libstdc++ (Alpine)',
  ],
]);

/**
 * The file of the pinned Node; undefined where none was installed for this platform.
 * @param {string} root
 */
export function pinnedNode(root) {
  const { optionalDependencies = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const name of Object.keys(optionalDependencies)) {
    const folder = join(root, 'node_modules', name);
    try {
      const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      if (typeof bin?.node === 'string') return join(folder, bin.node);
    } catch {
      // Of another platform: not installed.
    }
  }
  return undefined;
}

/**
 * Why a Node does not run here, with what to do about it; undefined when it runs.
 * @param {string} file
 */
export function whyItDoesNotRun(file) {
  const { status, stderr, error } = spawnSync(file, ['--version'], { encoding: 'utf8' });
  if (status === 0) return undefined;
  const [, library] = /loading shared librar(?:y|ies):? (\S+?):/i.exec(stderr ?? '') ?? [];
  if (library !== undefined) {
    const remedy = PACKAGES.get(library);
    return `${library} is missing${remedy === undefined ? '' : `: ${remedy}`}`;
  }
  // The kernel says that of a program whose loader is missing.
  if (error !== undefined && 'code' in error && error.code === 'ENOENT')
    return 'it needs a system with the GNU C library';
  return (stderr ?? '').trim().split('\n')[0] || error?.message || `it ended with status ${status}`;
}

/**
 * Makes a Node the one that scripts and programs find at `node_modules/.bin/node`.
 * @param {string} root
 * @param {string} file
 */
function link(root, file) {
  const place = join(root, 'node_modules', '.bin', 'node');
  const target = file.startsWith(join(root, 'node_modules')) ? relative(dirname(place), file) : file;
  try {
    if (readlinkSync(place) === target) return;
  } catch {
    // Not there, or no link.
  }
  rmSync(place, { force: true });
  symlinkSync(target, place);
}

/** @param {string} version */
function isRecent(version) {
  return Number.parseInt(version.replace(/^v/, ''), 10) >= OLDEST_NODE;
}

/**
 * Puts a Node that runs at `node_modules/.bin/node`: the pinned one, or this one when that does not run and this is recent enough.
 * @param {string} root
 * @param {{ execPath: string, version: string, platform: string, arch: string }} own the process that asks
 * @returns {string | undefined} one line with what is to be done where there is none
 */
export function provideNode(root, own) {
  // No links there, and no pinned Node that lacks a library.
  if (own.platform === 'win32') return undefined;
  const pinned = pinnedNode(root);
  const isOwn = pinned !== undefined && realpathSync(pinned) === realpathSync(own.execPath);
  const reason = pinned === undefined ? undefined : isOwn ? undefined : whyItDoesNotRun(pinned);
  if (pinned !== undefined && reason === undefined) {
    link(root, pinned);
    return undefined;
  }
  if (isRecent(own.version)) {
    link(root, realpathSync(own.execPath));
    return undefined;
  }
  const what =
    reason === undefined
      ? `there is no pinned Node for ${own.platform}/${own.arch}`
      : `the Node of the repository does not run here, ${reason}`;
  const besides = reason === undefined ? 'install' : 'or install';
  return `${what}; ${besides} Node ${OLDEST_NODE} or later (this is ${own.version})`;
}
