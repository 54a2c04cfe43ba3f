// pure-ftpd-wrapper: the server by the tree of Debian's packages, which panels write. It is the server under another name, so that
// scripts which look for the program of a process find the wrapper and the server alike.
import { type About, type HelpPage, renderHelp } from '@pure-ftpd/cli';
import { PID_FILE, StartError, wordsOfTree } from '@pure-ftpd/options';

import { VERSION } from './version.ts';

export const WRAPPER = 'pure-ftpd-wrapper';

const FOLDER = '/etc/pure-ftpd';

/** The page of `--help`. */
export const PAGE: HelpPage = {
  program: WRAPPER,
  version: VERSION,
  usage: ['[SUFFIX]', '--print [SUFFIX]'],
  purpose:
    'Starts the server with the options that the files below /etc/pure-ftpd stand for: the tree of the packages of Debian, which panels write. With a suffix it is the server of this name: virtualchroot, or that of a backend, mysql, which makes no difference.',
  options: [
    { long: 'print', description: 'print the command line that the tree stands for, and start nothing' },
    { short: 's', long: 'show-options', description: "print the options alone, as Debian's wrapper does" },
  ],
};

/** What the program says of itself. */
export const ABOUT: About = { ...PAGE, help: () => renderHelp(PAGE) };

/** What a command line of the wrapper comes to. */
export interface Wrapped {
  /** By what name the server is called: that of a backend, or one that ends in virtualchroot. */
  readonly name: string;
  readonly words: readonly string[];
  /** The words are to be printed, for people who paste them, or as Debian's wrapper does. */
  readonly print: 'command' | 'words' | undefined;
}

/**
 * Reads a command line of the wrapper: `--print`, or `-s`, and the end of the name of the server (`mysql`, `virtualchroot`).
 * @param environment What `/etc/default/pure-ftpd-common` has set: STANDALONE_OR_INETD, VIRTUALCHROOT.
 * @throws StartError for a tree that cannot be used, and for other words.
 */
export function readWrapped(
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  folder: string = FOLDER,
): Wrapped {
  const options = words.filter((word) => word.startsWith('-'));
  const [suffix, ...more] = words.filter((word) => word !== '' && !word.startsWith('-'));
  const unknown = options.find((word) => !['--print', '-s', '--show-options'].includes(word)) ?? more[0];
  if (unknown !== undefined || (suffix !== undefined && !/^[a-z-]+$/.test(suffix)))
    throw new StartError(
      `${WRAPPER}: unexpected argument: ${unknown ?? suffix} (usage: ${WRAPPER} [--print] [SUFFIX])`,
    );
  // Who supervises the server wants it to stay.
  const isSupervised = environment['NOTIFY_SOCKET'] !== undefined;
  const server = wordsOfTree(folder).filter((word) => !isSupervised || word !== '-B');
  if (environment['STANDALONE_OR_INETD'] === 'standalone' && !isSupervised && !server.includes('-B')) server.push('-B');
  const print = options.includes('--print') ? 'command' : options.length > 0 ? 'words' : undefined;
  return { name: serverName(suffix, environment), words: [...server, '-g', PID_FILE], print };
}

function serverName(suffix: string | undefined, environment: Readonly<Record<string, string | undefined>>): string {
  const name = suffix === undefined ? 'pure-ftpd' : `pure-ftpd-${suffix}`;
  return environment['VIRTUALCHROOT'] === 'true' && !name.endsWith('virtualchroot') ? `${name}-virtualchroot` : name;
}

/** A line for a shell. */
export function commandLine({ name, words }: Wrapped): string {
  return [`/usr/sbin/${name}`, ...words]
    .map((word) => (/^[\w./:,@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(' ');
}
