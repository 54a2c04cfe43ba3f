// The users of an import, JSON or CSV.
import { readFileSync } from 'node:fs';

import { systemErrorText } from '@pure-ftpd/cli';
import { decodeName, printableName } from '@pure-ftpd/protocol';

import { CommandError, ExitStatus } from '../exit-status.ts';
import type { Account } from './account.ts';
import { CsvError, csvRows } from './csv.ts';
import { FIELDS } from './fields.ts';
import type { Plain } from './values.ts';

/** Text fields have their bytes under this name where they are not UTF-8. */
const BYTES = 'Base64';

const NAMES = new Set(['login', ...FIELDS.map(({ name }) => name)]);
const TEXTS = new Set(['login', ...FIELDS.filter(({ isText }) => isText).map(({ name }) => name)]);

/**
 * Reads an import: JSON when it begins as such, else CSV.
 * @param path Of a file; `-` for standard input.
 * @throws CommandError that names the place of what makes no sense.
 */
export function readAccounts(path: string): Account[] {
  const bytes = contentOf(path);
  const accounts = /^\s*[[{]/.test(bytes.toString('latin1', 0, 100)) ? ofJson(bytes, path) : ofCsv(bytes, path);
  const seen = new Set<string>();
  for (const { login, where } of accounts) {
    if (login === '') throw new CommandError(`${where}: a user without a login`, ExitStatus.failed);
    if (seen.has(login)) throw new CommandError(`${where}: a second user of this login`, ExitStatus.failed);
    seen.add(login);
  }
  return accounts;
}

function contentOf(path: string): Buffer {
  try {
    return readFileSync(path === '-' ? 0 : path);
  } catch (error) {
    throw new CommandError(`${path}: ${systemErrorText(error)}`, ExitStatus.failed, { cause: error });
  }
}

function ofJson(bytes: Buffer, path: string): Account[] {
  const users = parsed(bytes, path);
  if (!Array.isArray(users)) throw new CommandError(`${path}: a list of users is expected`, ExitStatus.failed);
  return users.map((user: unknown, index) => {
    const place = `${path}: user ${index + 1}`;
    if (typeof user !== 'object' || user === null || Array.isArray(user))
      throw new CommandError(`${place}: an object is expected`, ExitStatus.failed);
    return accountOf(Object.entries(user), place);
  });
}

function parsed(bytes: Buffer, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const reason = error instanceof SyntaxError ? printableName(error.message) : 'it is not UTF-8';
    throw new CommandError(`${path}: no JSON: ${reason}`, ExitStatus.failed, { cause: error });
  }
}

function ofCsv(bytes: Buffer, path: string): Account[] {
  // A name is its bytes; what some programs write before UTF-8 is no part of one.
  const text = decodeName(bytes).replace(/^\uFEFF/, '');
  try {
    const [head, ...rows] = csvRows(text);
    if (head === undefined) return [];
    return rows.map(({ line, cells }) => {
      const place = `${path}:${line}`;
      if (cells.length !== head.cells.length)
        throw new CommandError(`${place}: ${cells.length} cells, and ${head.cells.length} titles`, ExitStatus.failed);
      // An empty cell is none.
      return accountOf(
        head.cells.map((name, column) => [name.trim(), cells[column] || null]),
        place,
      );
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new CommandError(`${path}: ${error.message}`, ExitStatus.failed, { cause: error });
  }
}

function accountOf(entries: readonly (readonly [string, unknown])[], place: string): Account {
  const values = new Map<string, Plain>();
  for (const [key, value] of entries) {
    const isBytes = key.endsWith(BYTES) && TEXTS.has(key.slice(0, -BYTES.length));
    if (!isBytes && !NAMES.has(key))
      throw new CommandError(`${place}: unknown field: ${printableName(key)}`, ExitStatus.failed);
    if (value !== null && typeof value !== 'string' && typeof value !== 'number')
      throw new CommandError(`${place}: ${key}: a text, a number or null is expected`, ExitStatus.failed);
    if (!isBytes) values.set(key, values.get(key) ?? value);
    // The bytes of a text have the last word, wherever they stand.
    else if (typeof value === 'string')
      values.set(key.slice(0, -BYTES.length), decodeName(Buffer.from(value, 'base64')));
  }
  const login = String(values.get('login') ?? '');
  values.delete('login');
  return { login, where: login === '' ? place : `${place} (${printableName(login)})`, values };
}
