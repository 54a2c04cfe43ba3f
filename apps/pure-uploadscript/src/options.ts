// The command line [spec quota-upload-auth-cert.md §2.3].

import { resolve } from 'node:path';

import { getopt, OptionError, type OptionSpec } from '@pure-ftpd/cli';
import { MAX_ID } from '@pure-ftpd/cli/daemon';

import { StartError } from './exit-status.ts';

/** What the command line says, checked. */
export interface Options {
  /** Executed as it is: no shell, no search in PATH. */
  readonly program: string;
  readonly uid: number;
  readonly gid: number;
  readonly pidFile: string;
  readonly daemonize: boolean;
  /** Programs that run at a time. */
  readonly jobs: number;
  /** Milliseconds after which a program is ended; undefined is never. */
  readonly timeLimitMs: number | undefined;
  /** What is read instead of the pipe: the folder of the journal, and under which name. */
  readonly journal: JournalChoice | undefined;
}

/** A journal, and a reader of it. */
export interface JournalChoice {
  readonly folder: string;
  readonly name: string;
}

/** Nothing is to be kept for a reader any more. */
export class ForgetRequest extends Error {
  override readonly name = 'ForgetRequest';
  readonly journal: JournalChoice;

  constructor(journal: JournalChoice) {
    super();
    this.journal = journal;
  }
}

/** The list of options is wanted, or helps: it goes to standard output. The message, if any, to standard error. */
export class UsageRequest extends Error {
  override readonly name = 'UsageRequest';
}

const DEFAULT_PID_FILE = '/var/run/pure-uploadscript.pid';
const DEFAULT_READER = 'script';
const MAX_JOBS = 1000;
/** The longest that a timer can take, in seconds. */
const MAX_SECONDS = 2_147_483;

/** Those of the C program, in the order in which it lists them, and ours, which have long names only. */
export const TABLE = [
  { short: 'B', long: 'daemonize', description: 'run in the background' },
  { short: 'g', long: 'gid', argument: 'gid', description: 'number of the group the program runs as (root)' },
  { short: 'h', long: 'help', description: 'print this page; -h prints the list of the C program' },
  {
    short: 'p',
    long: 'pidfile',
    argument: 'file',
    values: 'file',
    description: 'where to write the process id (/var/run/pure-uploadscript.pid)',
  },
  {
    short: 'r',
    long: 'run',
    argument: 'program',
    values: 'file',
    description: 'path of the program to run for each upload',
  },
  { short: 'u', long: 'uid', argument: 'uid', description: 'number of the user the program runs as (root)' },
  { long: 'jobs', argument: 'number', description: 'most programs that run at a time (1)' },
  { long: 'time-limit', argument: 'seconds', description: 'end a program that takes longer, and what it has started' },
  {
    long: 'journal',
    argument: 'folder',
    values: 'folder',
    description:
      'read the journal of uploads (pure-ftpd --upload-journal) instead of the pipe, each upload at least once',
  },
  { long: 'reader', argument: 'name', description: 'under which name the journal is read (script)' },
  { long: 'forget', description: 'have the journal keep nothing for that name any more, and end' },
] as const satisfies readonly OptionSpec[];

/** The list of options, to the byte that of the C program. */
export function usage(): string {
  const rows: readonly OptionSpec[] = TABLE;
  return rows
    .flatMap(({ short, long, argument }) =>
      short === undefined ? [] : `-${short}\t--${long}\t${argument === undefined ? '' : '<opt>'}\n`,
    )
    .join('');
}

/**
 * Reads a command line. Words that are no options are passed over, as in C.
 *
 * @param words What follows the program's name.
 * @throws {StartError} and {@link UsageRequest}.
 */
export function parseOptions(words: readonly string[]): Options {
  let program: string | undefined;
  let [uid, gid, pidFile, daemonize, jobs] = [0, 0, DEFAULT_PID_FILE, false, 1];
  let timeLimitMs: number | undefined;
  let [folder, name, forget]: [string | undefined, string, boolean] = [undefined, DEFAULT_READER, false];
  try {
    for (const token of getopt(TABLE, words, { posix: process.env['POSIXLY_CORRECT'] !== undefined })) {
      if (token.kind === 'operand') continue;
      const { spec, value } = token;
      if (spec.long === 'help') throw new UsageRequest();
      if (spec.long === 'daemonize') daemonize = true;
      else if (spec.long === 'gid') gid = id('GID', value);
      else if (spec.long === 'uid') uid = id('UID', value);
      else if (spec.long === 'pidfile') pidFile = value;
      else if (spec.long === 'jobs') jobs = count('--jobs', value, MAX_JOBS);
      else if (spec.long === 'journal') folder = resolve(value);
      else if (spec.long === 'reader') name = value;
      else if (spec.long === 'forget') forget = true;
      else if (spec.long === 'time-limit') timeLimitMs = count('--time-limit', value, MAX_SECONDS) * 1000;
      // The first counts.
      else program ??= value;
    }
  } catch (error) {
    if (error instanceof OptionError) throw new UsageRequest(`pure-uploadscript: ${error.message}\n`, { cause: error });
    throw error;
  }
  const journal = folder === undefined ? undefined : { folder, name };
  if (forget && journal === undefined) throw new StartError('--forget needs --journal');
  if (forget && journal !== undefined) throw new ForgetRequest(journal);
  if (program === undefined) throw new UsageRequest('Sorry, but I need -r <program to run>\n\n');
  return { program, uid, gid, pidFile, daemonize, jobs, timeLimitMs, journal };
}

/** An id that is none would be root's for the C program. */
function id(what: string, text: string): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) > MAX_ID) throw new StartError(`Illegal ${what} - Must be a number`);
  return Number(text);
}

function count(what: string, text: string, most: number): number {
  if (!/^\d{1,7}$/.test(text) || Number(text) < 1 || Number(text) > most)
    throw new StartError(`${what} ${text}: a number from 1 to ${most} is expected`);
  return Number(text);
}
