// The tree of Debian's packages: a file for each key in `conf`, whose content is the value, and links in `auth` to those that say
// who may log in, in the order in which they are asked.
import { type Dirent, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import path from 'node:path';

import { decodeName } from '@pure-ftpd/protocol';
import { errorText, isSystemError } from '@pure-ftpd/server/internal';

import { StartError } from './errors.ts';
import { keyNamed, type OptionKey, type Setting } from './config-file.ts';

/** Names of files that are settings; others are left by editors and by dpkg. */
const SETTING = /^[A-Za-z][A-Za-z0-9]+$/;

/** Two values, with a blank or a colon between them; one may be missing. */
const PAIR = /^(\S*?)(?:\s+|:)(\S*)$/;

/** Larger than any setting. */
const MAX_FILE_BYTES = 64 * 1024;

/**
 * The command line that a tree stands for: who may log in, then all else by the names of the keys, SyslogFacility first, since what
 * is wrong with the others is to be told there.
 * @param folder `/etc/pure-ftpd`
 * @throws StartError for a file that cannot be used, with its path.
 */
export function wordsOfTree(folder: string): string[] {
  return settingsOfTree(folder).flatMap(({ option: { short, long, argument }, value }) => [
    short === undefined ? `--${long}` : `-${short}`,
    ...(argument === undefined ? [] : [value]),
  ]);
}

/** What a tree sets, in the same order, each with its file and line. @throws as {@link wordsOfTree} does */
export function settingsOfTree(folder: string): Setting[] {
  const logins = entries(path.join(folder, 'auth'))
    .filter((entry) => entry.isSymbolicLink())
    .flatMap(({ name }) => linkedSetting(path.join(folder, 'auth', name)))
    .flatMap((file) => settingsOfFile(file));
  const conf = path.join(folder, 'conf');
  const rest = entries(conf)
    .map(({ name }) => name)
    .filter((name) => SETTING.test(name))
    .toSorted((a, b) => Number(isFacility(b)) - Number(isFacility(a)) || (a < b ? -1 : 1))
    .map((name) => path.join(conf, name))
    .filter((file) => keyNamed(path.basename(file), file).option.long !== 'login')
    .flatMap((file) => settingsOfFile(file));
  return [...logins, ...rest];
}

function isFacility(name: string): boolean {
  return name.toLowerCase() === 'syslogfacility';
}

/** What is in a folder, by name; nothing where there is no such folder. */
function entries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return [];
    throw unreadable(folder, error);
  }
}

/** The file that a link leads to, where it is one: its name is the key. */
function linkedSetting(link: string): string[] {
  const file = path.resolve(path.dirname(link), readlinkSync(link));
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true ? [file] : [];
}

/** The options of one file: that of its first line that says something; one of ours, which may be repeated, of each line. */
function settingsOfFile(file: string): Setting[] {
  const key = keyNamed(path.basename(file), file);
  if (key.option.long === 'pidfile')
    throw new StartError(`${file}: the process id is always in ${PID_FILE}: delete this file`);
  const found = linesOf(file).flatMap(({ text, number }) => {
    const value = valueOf(key, text, `${file}:${number}`);
    return value === undefined ? [] : [{ option: key.option, value, where: `${file}:${number}` }];
  });
  return key.option.short === undefined ? found : found.slice(0, 1);
}

/** Where scripts look for the process id. */
export const PID_FILE = '/var/run/pure-ftpd/pure-ftpd.pid';

function valueOf({ form, option }: OptionKey, text: string, place: string): string | undefined {
  const value = form.read(text);
  if (value !== null) return value;
  const [, first, second] = PAIR.exec(text) ?? [];
  if (first === undefined || option.argument === undefined || option.long === 'login')
    throw new StartError(`${place}: ${JSON.stringify(text)}: ${form.expected} expected`);
  return `${first}:${second}`;
}

function linesOf(file: string): { readonly text: string; readonly number: number }[] {
  let content: string;
  try {
    if (statSync(file).size > MAX_FILE_BYTES) throw new StartError(`${file}: larger than a setting can be`);
    content = decodeName(readFileSync(file));
  } catch (error) {
    throw error instanceof StartError ? error : unreadable(file, error);
  }
  return content
    .split('\n')
    .map((line, index) => ({ text: line.trim(), number: index + 1 }))
    .filter(({ text }) => text !== '' && !text.startsWith('#'));
}

function unreadable(file: string, error: unknown): unknown {
  return isSystemError(error) ? new StartError(`${file}: ${errorText(error)}`, undefined, { cause: error }) : error;
}
