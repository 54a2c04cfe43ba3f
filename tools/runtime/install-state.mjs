// What the preparation of the workspace has to know, apart from the doing. Plain JavaScript for Node 18 and later.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The oldest major version of Node the programs and tools run on. */
export const OLDEST_NODE = 24;

/** @typedef {{ optional?: boolean, bin?: Record<string, string>, os?: string | string[], cpu?: string | string[] }} Entry */

/**
 * The packages of a lock file, by their place; null when the file is not there or cannot be read as one.
 * @param {string} file
 * @returns {Record<string, Entry | undefined> | null}
 */
function lockedPackages(file) {
  try {
    const packages = JSON.parse(readFileSync(file, 'utf8')).packages;
    return typeof packages === 'object' ? packages : null;
  } catch {
    return null; // not there, or half written by an npm that was interrupted: as good as not installed
  }
}

/**
 * What of an entry has to be the same. Of a package of the workspace only the programs it links: npm notes what its package.json says
 * now, which the lock file may not know yet, and installing again would not change that.
 * @param {string} place
 * @param {Entry} entry
 */
function essence(place, entry) {
  return JSON.stringify(place.includes('node_modules/') ? entry : entry.bin);
}

/** @param {string} root */
function noteFile(root) {
  return join(root, 'node_modules', '.installed-for');
}

/** @param {string} root */
function lockFingerprint(root) {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/**
 * Notes that `npm ci` has done what it can for this lock file: whatever it leaves different, doing it again would too.
 * @param {string} root
 */
export function noteInstalled(root) {
  writeFileSync(noteFile(root), lockFingerprint(root));
}

/** @param {string} root */
function isNoted(root) {
  try {
    return readFileSync(noteFile(root), 'utf8') === lockFingerprint(root);
  } catch {
    return false; // installed by hand, or not at all: the comparison tells
  }
}

/**
 * Whether `node_modules` holds what `package-lock.json` asks for. npm leaves a lock file of what it installed there; the two
 * are compared by content, since a checkout or a restored cache changes times and nothing else.
 * @param {string} root
 */
export function isInstalled(root) {
  const wanted = lockedPackages(join(root, 'package-lock.json'));
  const present = lockedPackages(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === null || present === null) return false;
  if (isNoted(root)) return true;
  for (const [place, entry] of Object.entries(wanted)) {
    if (place === '' || entry === undefined) continue;
    const installed = present[place];
    // An optional package of another platform is never installed.
    if (installed === undefined ? !entry.optional : essence(place, installed) !== essence(place, entry)) return false;
  }
  return Object.keys(present).every((place) => place in wanted);
}

/**
 * Whether a package is for a platform that it names, if it names any; npm also knows `!NAME`.
 * @param {string | string[] | undefined} names
 * @param {string} own
 */
function isFor(names, own) {
  const list = names === undefined ? [] : [names].flat();
  return list.length === 0 || list.includes(own) || list.some((name) => name.startsWith('!') && name !== `!${own}`);
}

/**
 * How many packages `npm ci` puts side by side in `node_modules` on a platform; those in the folder of another are not counted.
 * @param {string} root
 * @param {{ platform: string, arch: string }} own
 */
export function countLocked(root, { platform, arch }) {
  const packages = Object.entries(lockedPackages(join(root, 'package-lock.json')) ?? {});
  return packages.filter(
    ([place, entry]) =>
      /^node_modules\/(?:@[^/]+\/)?[^/]+$/.test(place) && isFor(entry?.os, platform) && isFor(entry?.cpu, arch),
  ).length;
}

/** @param {string} folder */
function namesIn(folder) {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith('.'));
  } catch {
    return []; // npm has not begun, or has just moved it
  }
}

/**
 * How many packages are side by side in `node_modules`, whole or in part.
 * @param {string} root
 */
export function countPresent(root) {
  const folder = join(root, 'node_modules');
  return namesIn(folder).reduce(
    (count, name) => count + (name.startsWith('@') ? namesIn(join(folder, name)).length : 1),
    0,
  );
}

/**
 * The one line of npm's output that says what went wrong.
 * @param {string} output
 */
export function npmFailure(output) {
  const lines = output
    .split('\n')
    .filter((line) => line.startsWith('npm error'))
    .map((line) => line.slice('npm error'.length).trim())
    .filter((line) => line !== '' && !/^(code|errno|syscall|type|network$|A complete log)/.test(line));
  return (lines[0] ?? 'npm failed without a message').replace(/^network /, '').replace(/\.$/, '');
}
