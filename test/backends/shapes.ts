// The configurations that panels and tutorials write, and what the C server did with them.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { workspaceRoot } from '@pure-ftpd/workspace';

const FOLDER = path.join(workspaceRoot, 'docs', 'spec', 'golden', 'sql', 'shapes');

/** One of the configurations. */
export interface Shape {
  readonly name: string;
  /** Its file, with `@SOCKET@` for where the database is. */
  readonly configuration: string;
  readonly tables: string;
  readonly logins: readonly ShapeLogin[];
}

export interface ShapeLogin {
  readonly login: string;
  readonly password: string;
  /** The replies, line by line. */
  readonly replies: readonly string[];
}

/** A text of Python as it is written. */
function unquoted(text: string): string {
  return text.slice(1, -1).replaceAll(/\\(['"\\])/g, '$1');
}

/** The logins of a transcript, or of a part of it. */
export function loginsOf(observed: string): ShapeLogin[] {
  const rows = observed.matchAll(/^ {2}login ('(?:[^'\\]|\\.)*'|"[^"]*") \/ ('[^']*'|"[^"]*"): \[(.*)\]$/gm);
  return Array.from(rows, ([, login = '', password = '', replies = '']) => ({
    login: unquoted(login),
    password: unquoted(password),
    replies: Array.from(replies.matchAll(/'([^']*)'|"([^"]*)"/g), ([, one, other]) => one ?? other ?? ''),
  }));
}

/** All of them, in order. */
export function shapes(): Shape[] {
  const names = readdirSync(FOLDER)
    .filter((file) => file.endsWith('.conf'))
    .map((file) => path.basename(file, '.conf'));
  const read = (name: string): string => readFileSync(path.join(FOLDER, name), 'utf8');
  return names.map((name) => ({
    name,
    configuration: read(`${name}.conf`),
    tables: read(`${name}.sql`),
    logins: loginsOf(read(`${name}.observed.txt`)),
  }));
}
