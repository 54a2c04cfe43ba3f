// What the C server did with the accounts of the tree, and asking ours the same [golden/ldap].
import { writeFileSync } from 'node:fs';

import { observedTree } from '@pure-ftpd/account-servers';
import { type AuthBackend, type BackendResult, openBackend } from '@pure-ftpd/auth';
import { type TempFolder } from '@pure-ftpd/peers';

import { readGolden } from '../support/golden.ts';
import { askBackend } from './ask-backend.ts';
import { type ShapeLogin } from './shapes.ts';
import { type Section, sectionsOf } from './transcript.ts';

/** The lines of a file with which entries are read, and passwords compared by the server. */
export const READER = ['LDAPBindDN cn=reader,dc=example,dc=org', 'LDAPBindPW readerpw'];

/** Both modes, with the lines of a file for each. */
export const MODES: readonly (readonly ['bind' | 'password', readonly string[]])[] = [
  ['bind', []],
  ['password', READER],
];

/** Forms of stored passwords that ours compares properly where C takes the text for the password. */
export const FORMS_OF_OURS: Readonly<Record<string, boolean>> = { ssha: true, sha: true, md5: true, smd5: true };

/** Who gets in with C, and not here: a number below zero is nobody's; a relative home is none; two entries are one too many. */
const REFUSED_HERE = new Set(['neg pw', 'rel pw', 'twin pw']);
/** The other way round: every password of an entry counts. */
const ACCEPTED_HERE = new Set(['twopw second']);

/** The parts of a transcript. */
export function sections(file: string): Section[] {
  return sectionsOf('ldap', file);
}

/** The logins of a section of a transcript. */
export function observedLogins(file: string, section: string): readonly ShapeLogin[] {
  return sections(file).find(({ name }) => name === section)?.logins ?? [];
}

/** Whether ours is meant to let in whom C has let in; 421 is for a home that is not there. */
export function isMeantIn({ login, password, replies }: ShapeLogin): boolean {
  const name = `${login} ${password}`;
  return ACCEPTED_HERE.has(name) || (replies[0]?.startsWith('530') === false && !REFUSED_HERE.has(name));
}

/** Whether the password `pw` was right for each account `h-NAME`, whose name is the form of what is stored. */
export function observedForms(mode: 'bind' | 'password'): ReadonlyMap<string, boolean> {
  const [, line = ''] = new RegExp(`^${mode} \\{(.*)\\}$`, 'm').exec(readGolden('ldap', 'modes.txt')) ?? [];
  return new Map(Array.from(line.matchAll(/'([^']+)': '(\d+)'/g), ([, name = '', code]) => [name, code === '230']));
}

/** As whom an account was served, by the word that forces the defaults. */
export interface ObservedIds {
  readonly force: string;
  readonly login: string;
  readonly uid: number;
  readonly gid: number;
}

/** The ids of the transcript. */
export function observedIds(): ObservedIds[] {
  const lines = readGolden('ldap', 'tls-ids-empty-dn.txt').matchAll(/^ {2}Force (\w+) (.*)$/gm);
  return Array.from(lines)
    .flatMap(([, force = '', rest = '']) =>
      Array.from(rest.matchAll(/(\w+) \('230 [^']*', \((\d+), (\d+)\)\)/g), ([, login = '', uid, gid]) => ({
        force,
        login,
        uid: Number(uid),
        gid: Number(gid),
      })),
    )
    .filter(({ login }) => login !== 'UID');
}

/** The accounts `h-NAME` of the tree, each with what it has as its password. */
export function storedPasswords(): [login: string, stored: string][] {
  const entries = observedTree().matchAll(/^uid: (h-.*)\n(?:.+\n)*?userPassword: (.*)$/gm);
  return Array.from(entries, ([, login = '', stored = '']) => [login, stored]);
}

/** A backend that asks a directory of this machine: for those of the people of the tree, unless lines say else. */
export async function openLdap(folder: TempFolder, port: number, lines: readonly string[]): Promise<AuthBackend> {
  const file = folder.file('ldap.conf');
  const base = ['LDAPServer 127.0.0.1', `LDAPPort ${port}`, 'LDAPBaseDN ou=people,dc=example,dc=org'];
  writeFileSync(file, `${[...base, ...lines].join('\n')}\n`, { mode: 0o600 });
  return openBackend({ name: 'ldap', path: file });
}

/** Asks as from the client of the transcripts. @param log Gets what is logged, one line each. */
export function askLdap(
  backend: AuthBackend,
  login: string,
  password: string | Buffer,
  log: string[] = [],
): Promise<BackendResult> {
  return askBackend(backend, login, password, { log: (level, text) => log.push(`${level} ${text}`) });
}
