// The configuration file: a list of options, in the order of its lines [server-options §3].
import { readFileSync, statSync } from 'node:fs';

import { decodeName } from '@pure-ftpd/protocol';
import { errorText, isSystemError } from '@pure-ftpd/server/internal';

import { StartError } from './errors.ts';
import type { Key } from './key-forms.ts';
import type { Option } from './option.ts';
import { type Draft, options } from './table.ts';

/** What one line sets. */
export interface Setting {
  readonly option: Option<Draft>;
  readonly value: string;
  /** File, line and key. */
  readonly where: string;
}

const MAX_FILE_BYTES = 1024 * 1024;
const MAX_LINE_CHARACTERS = 65_536;
/** Files that include each other, the first one counted. */
const MAX_DEPTH = 16;
/** Problems after which files are not included any more. */
const MAX_PROBLEMS = 100;

/** Keys that configurations found in public have and no server of today knows, in small letters, with what to do about each. */
const FOREIGN_KEYS: ReadonlyMap<string, string> = new Map([
  ['useftpusers', 'a key of ProFTPD: delete the line; MinUID keeps the accounts of the system out'],
]);

/** A blank, or one `=` or `:`; an IPv6 address may begin with colons of its own. */
const SEPARATOR = /^(?:\s+(?=::[0-9a-f])|\s*[=:]\s*(?![=:])|\s+(?![=:\s]))/i;

/** A key, and the option it stands for. */
export interface OptionKey extends Key {
  readonly option: Option<Draft>;
}

/** Every key there is, by its name in small letters. */
const keys: ReadonlyMap<string, OptionKey> = new Map(
  options.flatMap((option) => option.keys.map((key) => [key.name.toLowerCase(), { ...key, option }])),
);

/** What a configuration file and those it includes say, and what is wrong with them: each with file and line. */
export interface ConfigFile {
  readonly settings: Setting[];
  readonly problems: StartError[];
}

/** Reads a configuration file, and those it includes, to the end whatever is wrong. */
export function readConfigFile(file: string): ConfigFile {
  const read: ConfigFile = { settings: [], problems: [] };
  collect(read.problems, () => {
    const missing = readInto(read, file, file, 1);
    if (missing) throw new StartError(`${file}: no such file: give the path of a configuration file`);
  });
  return read;
}

/** Changes a configuration as the lines of a file say. @returns What is wrong with them, with file and line. */
export function applySettings(draft: Draft, settings: readonly Setting[]): StartError[] {
  const problems: StartError[] = [];
  for (const { option, value, where } of settings) collect(problems, () => option.apply(draft, value), `${where}: `);
  return problems;
}

/** Does something, and puts down what is wrong with it. */
function collect(problems: StartError[], work: () => void, where = ''): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    problems.push(new StartError(where + error.message, error.status, { cause: error }));
  }
}

/** @returns Whether there is no such file. */
function readInto(read: ConfigFile, file: string, where: string, depth: number): boolean {
  const text = contentOf(file, where);
  if (text === undefined) return true;
  for (const [index, line] of text.split('\n').entries())
    collect(read.problems, () => readLine(read, line, `${file}:${index + 1}`, depth));
  return false;
}

function readLine(read: ConfigFile, raw: string, place: string, depth: number): void {
  if (raw.length > MAX_LINE_CHARACTERS) throw new StartError(`${place}: the line is too long`);
  const line = raw.trim();
  if (line === '' || line.startsWith('#')) return;
  const [, name = ''] = /^([A-Za-z0-9]*)/.exec(line) ?? [];
  const value = valueOf(line.slice(name.length), `${place}: ${name}`);
  if (name.toLowerCase() === 'include') {
    if (depth >= MAX_DEPTH) throw new StartError(`${place}: files include each other more than ${MAX_DEPTH} deep`);
    // Whoever includes a file that includes itself is told once for all.
    if (read.problems.length > MAX_PROBLEMS) return;
    // As in C, one that is not there is none.
    readInto(read, value, `${place}: ${value}`, depth + 1);
    return;
  }
  const setting = settingOf(name, value, place);
  if (setting !== undefined) read.settings.push(setting);
}

function contentOf(file: string, where: string): string | undefined {
  try {
    const stats = statSync(file);
    if (stats.size > MAX_FILE_BYTES) throw new StartError(`${where}: larger than a configuration file can be`);
    return decodeName(readFileSync(file));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === 'ENOENT') return undefined;
    throw new StartError(`${where}: ${errorText(error)}`, undefined, { cause: error });
  }
}

function valueOf(rest: string, where: string): string {
  const separator = SEPARATOR.exec(rest)?.[0];
  const value = rest.slice(separator?.length);
  if (separator === undefined || value === '')
    throw new StartError(`${where}: a key, then a space, = or :, and one value are expected`);
  // oxlint-disable-next-line no-control-regex -- they are what must not be there
  if (/[\u0000-\u001f\u007f]/.test(value.replaceAll('\t', ' ')))
    throw new StartError(`${where}: there is a control character in the value`);
  return value;
}

/** @throws StartError for a name that is no key, with what may be meant. */
export function keyNamed(name: string, place: string): OptionKey {
  const key = keys.get(name.toLowerCase());
  if (key === undefined) throw new StartError(`${place}: unknown key: ${name}${remedyOf(name)}`);
  return key;
}

function settingOf(name: string, text: string, place: string): Setting | undefined {
  const key = keyNamed(name, place);
  const where = `${place}: ${key.name}`;
  const { option, form } = key;
  const value = form.read(text);
  if (value === undefined) return undefined;
  if (value === null) {
    const remedy = text.includes('#') ? ' (a comment needs a line of its own)' : '';
    throw new StartError(`${where} ${JSON.stringify(text)}: ${form.expected} expected${remedy}`);
  }
  return { option, value, where };
}

/** What is to be done about a key that is none. */
function remedyOf(name: string): string {
  const remedy = FOREIGN_KEYS.get(name.toLowerCase());
  return remedy === undefined ? suggestion(name) : `: ${remedy}`;
}

function suggestion(name: string): string {
  const near = [...keys.values()]
    .map((key) => ({ key, distance: distance(key.name.toLowerCase(), name.toLowerCase()) }))
    // Of two that are as near, the longer one has more letters in common.
    .toSorted((a, b) => a.distance - b.distance || b.key.name.length - a.key.name.length)[0];
  return near === undefined || near.distance > 3 ? '' : ` (${near.key.name} is meant?)`;
}

/** How many letters have to be changed, added or left out. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of from.split('').entries()) {
    const next = [index + 1];
    for (const [column, other] of to.split('').entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
