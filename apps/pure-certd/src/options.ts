// The command line [spec quota-upload-auth-cert §3.4, §4].
import { resolve } from 'node:path';

import { getopt, type OptionSpec } from '@pure-ftpd/cli';
import { MAX_ID } from '@pure-ftpd/cli/daemon';

import { UsageError } from './errors.ts';

/** What the command line says, checked. */
export interface Options {
  /** The socket on which the server asks. */
  readonly socket: string;
  /** The program that knows. */
  readonly program: string;
  readonly uid: number;
  readonly gid: number;
  readonly pidFile: string;
  readonly daemonize: boolean;
}

/** Ends the reading of options: the list of options is wanted. */
export class HelpRequest extends Error {}

const DEFAULT_PID_FILE = '/var/run/pure-certd.pid';

/** In the order in which the C program lists them. */
export const TABLE = [
  { short: 'B', long: 'daemonize', description: 'run in the background' },
  { short: 'g', long: 'gid', argument: 'gid', description: 'number of the group the program runs as (root)' },
  { short: 'h', long: 'help', description: 'print this page; -h prints the list of the C program' },
  {
    short: 'p',
    long: 'pidfile',
    argument: 'file',
    description: 'where to write the process id (/var/run/pure-certd.pid)',
  },
  {
    short: 'r',
    long: 'run',
    argument: 'program',
    description: 'absolute path of the program that knows the certificates',
  },
  {
    short: 's',
    long: 'socket',
    argument: 'socket',
    description: 'path of the socket on which the server asks; only root may connect to it',
  },
  { short: 'u', long: 'uid', argument: 'uid', description: 'number of the user the program runs as (root)' },
] as const satisfies readonly OptionSpec[];

/** The list of options, to the byte that of the C program. */
export function usage(): string {
  const rows: readonly OptionSpec[] = TABLE;
  return rows
    .map(({ short, long, argument }) => `-${short}\t--${long}\t${argument === undefined ? '' : '<opt>'}\n`)
    .join('');
}

/**
 * Reads a command line. Words that are no options are passed over, as in C.
 * @throws UsageError, HelpRequest, OptionError.
 */
export function parseOptions(words: readonly string[]): Options {
  let socket: string | undefined;
  let program: string | undefined;
  let [uid, gid, pidFile, daemonize] = [0, 0, DEFAULT_PID_FILE, false];
  for (const token of getopt(TABLE, words, { posix: process.env['POSIXLY_CORRECT'] !== undefined })) {
    if (token.kind === 'operand') continue;
    const { spec, value } = token;
    if (spec.short === 'h') throw new HelpRequest();
    if (spec.short === 'B') daemonize = true;
    else if (spec.short === 'g') gid = id('GID', value);
    else if (spec.short === 'u') uid = id('UID', value);
    else if (spec.short === 'p') pidFile = value;
    // Of these the first counts.
    else if (spec.short === 'r') program ??= value;
    else socket ??= value;
  }
  if (program?.startsWith('/') !== true) throw new UsageError('You must give -r /path/to/cert/program');
  if (socket === undefined || socket === '') throw new UsageError('You must give -s /path/to/socket');
  // Both are used again from another directory.
  return { socket: resolve(socket), program, uid, gid, pidFile: resolve(pidFile), daemonize };
}

/** An id that is none would be root's for the C program. */
function id(what: string, text: string): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) > MAX_ID) throw new UsageError(`Illegal ${what} - Must be a number`);
  return Number(text);
}
