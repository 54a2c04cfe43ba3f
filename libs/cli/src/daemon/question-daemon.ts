// What pure-authd and pure-certd are: a program that answers questions, behind a socket. Their options are those of the C
// programs, to the byte where those print them.
import { accessSync, constants, statSync } from 'node:fs';
import { resolve } from 'node:path';

import { getopt, OptionError, type OptionSpec } from '../getopt.ts';
import { systemErrorText } from '../system-error-text.ts';
import type { DaemonEvents, DaemonLog, DaemonProgram } from './daemon-program.ts';
import { becomeIdentity, type Identity, IdentityError } from './identity.ts';
import { PidFile } from './pid-file.ts';
import { QuestionServer, SocketError } from './question-server.ts';

/** Exit statuses of the C programs. */
const ExitStatus = { done: 0, usage: 254, failed: 255 } as const;

/** What the command line says, checked. */
export interface QuestionDaemonOptions extends Identity {
  /** The socket on which the server asks. */
  readonly socket: string;
  /** The program that knows. */
  readonly program: string;
  readonly pidFile: string;
  readonly daemonize: boolean;
  /** Milliseconds that the program has. */
  readonly programMs: number;
  /** Programs that run at a time; who asks more waits. */
  readonly maxPrograms: number;
}

/** What distinguishes one of these daemons. */
export interface QuestionDaemon {
  readonly name: string;
  /** What its program knows, in the path that an error names: `auth`, `cert`. */
  readonly subject: string;
  /** For help: what `-r` and `-s` are about. */
  readonly knows: string;
  readonly maxQuestion: number;
  /** Called first, such as to name the process. */
  prepare(): void;
  /** Opens the system's log, for where nobody reads standard error. */
  openLog(): DaemonLog;
  /** Whom `-u` and `-g` mean; one that was not given is undefined. @throws UsageError. */
  identity(user: string | undefined, group: string | undefined): Identity;
  /** Answers a question, as `QuestionServerOptions` describes it. Called as whom the daemon has become. */
  answer(
    options: QuestionDaemonOptions,
    lines: readonly Buffer[],
    signal: AbortSignal,
    complain: (text: string) => void,
  ): Promise<Buffer>;
}

/** The command line lacks what is needed, or has what makes no sense. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'USAGE';
}

/** Ends the reading of options: the list of options is wanted. */
class HelpRequest extends Error {}

/** The longest path of a Unix socket, without its NUL. */
const MAX_SOCKET_PATH_BYTES = 107;
const PROGRAM_SECONDS = 60;
const MAX_PROGRAMS = 8;
/** As many as a server may have sessions: who is not let in here would be a login that is refused. */
const MAX_WAITING = 4096;
const QUESTION_MS = 10_000;
/** The longest that a timer can take, in seconds. */
const MAX_SECONDS = 2_147_483;

const ENDING: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGQUIT', 'SIGINT', 'SIGXCPU'];

/** The options of such a daemon: those of the C program in the order in which it lists them, then ours. */
export function questionOptions({ name, knows }: Pick<QuestionDaemon, 'name' | 'knows'>): readonly OptionSpec[] {
  return [
    { short: 'B', long: 'daemonize', description: 'run in the background' },
    { short: 'g', long: 'gid', argument: 'gid', description: 'group the program runs as (root)' },
    { short: 'h', long: 'help', description: 'print this page; -h prints the list of the C program' },
    {
      short: 'p',
      long: 'pidfile',
      argument: 'file',
      values: 'file',
      description: `where to write the process id (${pidFileOf(name)})`,
    },
    {
      short: 'r',
      long: 'run',
      argument: 'program',
      values: 'file',
      description: `absolute path of the program that knows ${knows}`,
    },
    {
      short: 's',
      long: 'socket',
      argument: 'socket',
      values: 'socket',
      description: 'path of the socket on which the server asks; only root may connect to it',
    },
    { short: 'u', long: 'uid', argument: 'uid', description: 'user the program runs as (root)' },
    { long: 'timeout', argument: 'seconds', description: `how long the program may take (${PROGRAM_SECONDS})` },
    { long: 'max-programs', argument: 'number', description: `most programs that run at a time (${MAX_PROGRAMS})` },
  ];
}

function pidFileOf(name: string): string {
  return `/var/run/${name}.pid`;
}

/** The list of options, to the byte that of the C program. */
function usage(daemon: QuestionDaemon): string {
  return questionOptions(daemon)
    .flatMap(({ short, long, argument }) =>
      short === undefined ? [] : `-${short}\t--${long}\t${argument === undefined ? '' : '<opt>'}\n`,
    )
    .join('');
}

/** The daemon as a program: see `runDaemon`. */
export function questionDaemonProgram(daemon: QuestionDaemon): DaemonProgram<QuestionDaemonOptions> {
  return {
    name: daemon.name,
    failed: ExitStatus.failed,
    prepare: () => daemon.prepare(),
    openLog: () => daemon.openLog(),
    parse: (words) => parseQuestionOptions(daemon, words),
    serve: (options, events) => serve(daemon, options, events),
    encode: (text) => Buffer.from(text),
    explain(error) {
      const output = usage(daemon);
      if (error instanceof HelpRequest) return { status: ExitStatus.done, output };
      if (error instanceof OptionError)
        return { status: ExitStatus.done, message: `${daemon.name}: ${error.message}\n`, output };
      if (error instanceof UsageError) return { status: ExitStatus.usage, message: error.message };
      if (error instanceof SocketError)
        return { status: ExitStatus.failed, message: `${error.message}: ${systemErrorText(error)}` };
      if (error instanceof IdentityError)
        return { status: ExitStatus.failed, message: `Identity change: ${systemErrorText(error)}` };
      return undefined;
    },
  };
}

/** Reads a command line. Words that are no options are passed over, as in C. @throws UsageError, HelpRequest, OptionError. */
function parseQuestionOptions(daemon: QuestionDaemon, words: readonly string[]): QuestionDaemonOptions {
  const given = new Map<string, string>();
  for (const token of getopt(questionOptions(daemon), words, { posix: process.env['POSIXLY_CORRECT'] !== undefined })) {
    if (token.kind === 'operand') continue;
    const { long = '' } = token.spec;
    if (long === 'help') throw new HelpRequest();
    // Of these the first counts.
    if ((long === 'run' || long === 'socket') && given.has(long)) continue;
    given.set(long, token.value);
  }
  const [program, socket] = [given.get('run'), given.get('socket')];
  const { uid, gid } = daemon.identity(given.get('uid'), given.get('gid'));
  if (program?.startsWith('/') !== true) throw new UsageError(`You must give -r /path/to/${daemon.subject}/program`);
  if (socket === undefined || socket === '') throw new UsageError('You must give -s /path/to/socket');
  return {
    // Both are used again from another directory.
    socket: resolve(socket),
    pidFile: resolve(given.get('pidfile') ?? pidFileOf(daemon.name)),
    program,
    uid,
    gid,
    daemonize: given.has('daemonize'),
    programMs: count('--timeout', given.get('timeout'), PROGRAM_SECONDS, MAX_SECONDS) * 1000,
    maxPrograms: count('--max-programs', given.get('max-programs'), MAX_PROGRAMS, 1000),
  };
}

function count(option: string, text: string | undefined, byDefault: number, most: number): number {
  if (text === undefined) return byDefault;
  if (!/^\d{1,7}$/.test(text) || Number(text) < 1 || Number(text) > most)
    throw new UsageError(`${option} ${text}: a number from 1 to ${most} is expected`);
  return Number(text);
}

/**
 * Serves until a signal ends it, and leaves neither socket nor pid file where it still may remove them.
 * @throws SocketError, IdentityError
 */
async function serve(daemon: QuestionDaemon, options: QuestionDaemonOptions, events: DaemonEvents): Promise<void> {
  const { socket: path, uid, gid } = options;
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES)
    throw new SocketError('path', Object.assign(new Error('too long'), { code: 'ENAMETOOLONG', syscall: 'bind' }));
  // For the socket, and for the program, which has it from us as it had it from the C daemon.
  process.umask(0o077);
  const server = new QuestionServer({
    path,
    answer: (lines, signal) => daemon.answer(options, lines, signal, events.complain),
    maxQuestion: daemon.maxQuestion,
    questionMs: QUESTION_MS,
    maxAtOnce: options.maxPrograms,
    maxWaiting: MAX_WAITING,
  });
  const ended = Promise.withResolvers<void>();
  const stop = (): void => ended.resolve();
  for (const signal of ENDING) process.on(signal, stop);
  let pidFile: PidFile | undefined;
  try {
    warnOfProgram(options.program, events.complain);
    await server.listen();
    pidFile = writePidFile(options.pidFile, events.complain);
    becomeIdentity({ uid, gid }, [gid]);
    process.chdir('/');
    events.started();
    events.note(`answers at ${path} by ${options.program}`);
    await ended.promise;
    events.note('ends');
  } finally {
    await server.close();
    removePidFile(pidFile, events.complain);
    for (const signal of ENDING) process.off(signal, stop);
  }
}

/** Says what would fail at each question; it may be mended while the daemon serves. */
function warnOfProgram(program: string, complain: (text: string) => void): void {
  try {
    accessSync(program, constants.X_OK);
    if (!statSync(program).isFile()) complain(`${program} is no file, and cannot be run`);
  } catch (error) {
    complain(`${program} cannot be run: ${systemErrorText(error)}`);
  }
}

/** Others may read it, whatever the umask. */
function writePidFile(path: string, complain: (text: string) => void): PidFile | undefined {
  const before = process.umask(0o022);
  try {
    return PidFile.write(path);
  } catch (error) {
    complain(`cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  } finally {
    process.umask(before);
  }
}

function removePidFile(pidFile: PidFile | undefined, complain: (text: string) => void): void {
  try {
    pidFile?.remove();
  } catch (error) {
    complain(`the pid file stays: ${error instanceof Error ? error.message : String(error)}`);
  }
}
