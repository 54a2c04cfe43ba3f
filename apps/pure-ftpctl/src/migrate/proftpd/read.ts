// ProFTPD: its configuration, and the users of its AuthUserFile.
import { dirname, resolve } from 'node:path';

import type { Migration } from '../migration.ts';
import { memberships, passwdLines } from '../passwd.ts';
import { validShells } from '../shells.ts';
import { type Directive, directivesOf } from './directives.ts';
import { isOn, takeDirective } from './settings.ts';

/** Sections whose directives count as if they stood outside: modules are taken to be there. */
const OPEN = /^(?:ifmodule|global|ifdefine|ifversion)\b/i;

/** @throws CommandError */
export function readProftpd(path: string, migration: Migration): void {
  const directives = directivesOf(path);
  const outer = directives.filter(({ sections }) => sections.every((section) => OPEN.test(section)));
  for (const directive of outer) takeDirective(directive, migration);
  takeListening(outer, migration);
  takeTls(outer, migration);
  takeRates(outer, migration);
  takeSections(directives, path, migration);
  const hasAnonymous = directives.some(({ sections }) => sections.some((section) => /^anonymous\b/i.test(section)));
  if (!hasAnonymous) migration.set('NoAnonymous', 'yes');
  for (const { words, where } of named(outer, 'authuserfile')) takeUsers(words, where, path, outer, migration);
}

function named(directives: readonly Directive[], name: string): Directive[] {
  return directives.filter((directive) => directive.name === name);
}

function wordsOf(directives: readonly Directive[], name: string): readonly string[] {
  return named(directives, name).at(-1)?.words ?? [];
}

function takeListening(directives: readonly Directive[], migration: Migration): void {
  // Without a line there may be as many as there are processes; here there are 50.
  const [instances = '2000'] = wordsOf(directives, 'maxinstances');
  if (named(directives, 'maxclients').length === 0)
    migration.set('MaxClientsNumber', /^\d+$/.test(instances) ? instances : '2000');
  const [port = '21'] = wordsOf(directives, 'port');
  const [address] = wordsOf(directives, 'defaultaddress');
  if (address !== undefined) migration.set('Bind', `${address},${port}`);
  else if (port !== '21') migration.set('Bind', port);
}

function takeTls(directives: readonly Directive[], migration: Migration): void {
  if (!isOn(wordsOf(directives, 'tlsengine')[0])) return;
  const required = (wordsOf(directives, 'tlsrequired')[0] ?? 'off').toLowerCase();
  const isLoginAlone = ['auth', 'ctrl', 'ctrl+!data', 'auth+!data'].includes(required);
  migration.set('TLS', ['off', '!data'].includes(required) ? '1' : isLoginAlone ? '2' : '3');
  for (const kind of ['ec', 'rsa']) {
    const [certificate] = wordsOf(directives, `tls${kind}certificatefile`);
    const [key = certificate] = wordsOf(directives, `tls${kind}certificatekeyfile`);
    if (certificate === undefined) continue;
    if (key === certificate) migration.set('CertFile', certificate);
    else migration.set('CertFileAndKey', `${certificate} ${key}`);
  }
}

/** Bandwidths of all users; a configuration has one for each direction, or none. */
function takeRates(directives: readonly Directive[], migration: Migration): void {
  const sides = new Map<'up' | 'down', string>();
  const rates = named(directives, 'transferrate');
  for (const { words } of rates) {
    const [commands = '', rate = '', ...conditions] = words;
    const kilobytes = String(Math.floor(Number(rate.split(':')[0])));
    if (conditions.length > 0 || !(Number(kilobytes) > 0)) continue;
    const names = commands.toUpperCase().split(',');
    if (names.some((name) => ['STOR', 'APPE', 'STOU'].includes(name))) sides.set('up', kilobytes);
    if (names.includes('RETR')) sides.set('down', kilobytes);
  }
  const [up, down] = [sides.get('up'), sides.get('down')];
  const isWhole = up !== undefined && down !== undefined;
  if (isWhole) migration.set('UserBandwidth', `${up} ${down}`);
  for (const { words, where } of rates)
    if (!isWhole || words.length > 2)
      migration.note(
        where,
        `TransferRate ${words.join(' ')}: UserBandwidth has both directions for all; user set has each for one user`,
      );
}

/** Other servers, rules of folders and commands: each section is a note. */
function takeSections(directives: readonly Directive[], path: string, migration: Migration): void {
  const told = new Set<string>();
  for (const { sections, where } of directives) {
    const section = sections.find((one) => !OPEN.test(one));
    if (section === undefined || told.has(section)) continue;
    told.add(section);
    migration.note(where || path, `<${section}>: ${aboutSection(section)}`);
  }
}

function aboutSection(section: string): string {
  const [kind = ''] = section.toLowerCase().split(/\s/);
  switch (kind) {
    case 'virtualhost': {
      return 'another server: start one more pure-ftpd with Bind and a PureDB of its own';
    }
    case 'anonymous': {
      return 'anonymous users see the home of the system user ftp; AnonymousCantUpload and its like say what they may do';
    }
    case 'directory':
    case 'limit': {
      return 'rules for folders and commands are modes of the files here, or KeepAllFiles, NoRename, NoChmod for all users';
    }
    default: {
      return 'no equivalent';
    }
  }
}

function takeUsers(
  [file = '']: readonly string[],
  where: string,
  path: string,
  directives: readonly Directive[],
  migration: Migration,
): void {
  const roots = wordsOf(directives, 'defaultroot');
  const isConfined = confinement(directives, migration);
  const needsShell = !['off', 'no', 'false'].includes(
    (wordsOf(directives, 'requirevalidshell')[0] ?? 'on').toLowerCase(),
  );
  const shells = validShells();
  const [groupFile] = wordsOf(directives, 'authgroupfile');
  const groups = groupFile === undefined ? new Map<string, string[]>() : memberships(resolve(dirname(path), groupFile));
  if (file === '') migration.note(where, 'AuthUserFile without a file');
  const lines =
    file === '' ? [] : passwdLines(resolve(dirname(path), file), (place, text) => migration.note(place, text));
  for (const { shell = '', where: place, ...line } of lines) {
    const hasNoShell = needsShell && !shells.has(shell || '/bin/sh');
    const home = line.home.replace(/\/+$/, '');
    migration.user(
      {
        ...line,
        home: isConfined && home !== '' ? rootOf(roots, home) : home,
        locked: hasNoShell ? `its shell ${shell} is none of /etc/shells` : undefined,
      },
      place,
    );
    const others = groups.get(line.login) ?? [];
    if (others.length > 0)
      migration.note(place, `${line.login} is also in ${others.join(', ')}: a virtual user has one group`);
  }
}

/** Whether users cannot leave their root. Exceptions for groups are noted: then all are confined. */
function confinement(directives: readonly Directive[], migration: Migration): boolean {
  const roots = named(directives, 'defaultroot');
  for (const { words, where } of roots)
    if (words.length > 1)
      migration.note(where, `DefaultRoot ${words.join(' ')}: all users are confined: user set --home changes one`);
  return roots.length > 0;
}

/** `~` is the home; a folder above it is the root in which the user begins at the home. */
function rootOf([root = '~']: readonly string[], home: string): string {
  const folder = root.replace(/\/+$/, '');
  if (folder.startsWith('~')) return `${home}${folder.slice(1)}/./`;
  return home === folder || home.startsWith(`${folder}/`)
    ? `${folder}/./${home.slice(folder.length + 1)}`
    : `${folder}/./`;
}
