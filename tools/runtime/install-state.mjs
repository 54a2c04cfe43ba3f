// What the preparation of the workspace has to know, apart from the doing. Plain JavaScript for Node 18 and later.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The oldest major version of Node the programs and tools run on. */
export const OLDEST_NODE = 24;

/** @typedef {{ optional?: boolean, bin?: Record<string, string> }} Entry */

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
 * How many packages `npm ci` brings, those for other platforms counted.
 * @param {string} root
 */
export function countLocked(root) {
  const places = Object.keys(lockedPackages(join(root, 'package-lock.json')) ?? {});
  return places.filter((place) => place.startsWith('node_modules/')).length;
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
