import { setTimeout as delay } from 'node:timers/promises';

import { failedCall, systemErrorText } from '@pure-ftpd/cli';
import { becomeIdentity, PidFile } from '@pure-ftpd/cli/daemon';
import {
  isFileLockAvailable,
  isNssAvailable,
  isPipePeekAvailable,
  isPollAvailable,
  isSpawnAvailable,
  type ProgramExit,
} from '@pure-ftpd/posix';
import { decodeName, encodeName, printableName } from '@pure-ftpd/protocol';

import { Dispatcher } from './dispatcher.ts';
import { inheritedEnvironment, systemAccounts, uploadVariables } from './environment.ts';
import { StartError } from './exit-status.ts';
import type { Options } from './options.ts';
import { Programs } from './programs.ts';
import { findUploadedFile } from './uploaded-file.ts';
import { type Announced, openSource } from './upload-source.ts';

const PROGRAM = 'pure-uploadscript';
/** How long is waited before a program that cannot be started is tried again, in milliseconds. */
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 60_000;

const ENDING: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGQUIT', 'SIGINT', 'SIGHUP', 'SIGXCPU'];

/**
 * Runs the program for each upload until a signal ends it. Then no upload is taken any more, and what runs is waited for;
 * after another signal it is not.
 *
 * @param complain One line for the administrator.
 * @param started Called when uploads are heard of.
 * @throws {StartError}, IdentityError
 */
export async function serve(options: Options, complain: (text: string) => void, started: () => void): Promise<void> {
  const environment = inheritedEnvironment();
  // What is loaded late must be loaded while its files can be read.
  if (
    !isSpawnAvailable() ||
    !isNssAvailable() ||
    !isFileLockAvailable() ||
    !isPollAvailable() ||
    !isPipePeekAvailable()
  )
    throw new StartError('native code cannot be loaded here');
  const source = openSource(options.journal, complain);
  const programs = new Programs(options);
  const given = Promise.withResolvers<void>();
  const stopped = new AbortController();
  const stop = (): void => {
    stopped.abort();
    source.stop();
    for (const signal of ENDING) process.off(signal, stop).once(signal, given.resolve);
  };
  for (const signal of ENDING) process.on(signal, stop);
  let pidFile: PidFile | undefined;
  try {
    takeOver(options.pidFile, complain);
    pidFile = writePidFile(options.pidFile);
    becomeIdentity(options, [options.gid]);
    process.chdir('/');
    started();
    const runner: Runner = { options, environment, programs, complain };
    const dispatcher = new Dispatcher(options.jobs, (upload: Announced) => untilRun(upload, runner, stopped.signal));
    for (let upload = await source.next(); upload !== undefined; upload = await source.next()) {
      await Promise.race([dispatcher.take(upload), given.promise]);
    }
    await Promise.race([dispatcher.idle(), given.promise]);
  } finally {
    source.close();
    programs.close();
    pidFile?.remove();
    for (const signal of ENDING) process.off(signal, stop).off(signal, given.resolve);
  }
}

/**
 * Ends the runner that has the PID file: init scripts start a new one without having found the old one. That takes no upload any
 * more, and ends when its program has; meanwhile the two take turns.
 */
function takeOver(path: string, complain: (text: string) => void): void {
  const before = PidFile.holder(path, PROGRAM);
  if (before === undefined) return;
  complain(`takes over from process ${before}`);
  try {
    process.kill(before, 'SIGTERM');
  } catch {
    // It has ended by itself.
  }
}

function writePidFile(path: string): PidFile {
  const before = process.umask(0o022);
  try {
    return PidFile.write(path);
  } catch (error) {
    throw new StartError(`Unable to write ${path}: ${systemErrorText(error)}`, { cause: error });
  } finally {
    process.umask(before);
  }
}

interface Runner {
  readonly options: Options;
  readonly environment: readonly Buffer[];
  readonly programs: Programs;
  readonly complain: (text: string) => void;
}

/** Runs the program for an upload. What is in a journal waits for a program that cannot be started. */
async function untilRun(upload: Announced, runner: Runner, stopped: AbortSignal): Promise<void> {
  for (let pause = FIRST_RETRY_MS; ; pause = Math.min(2 * pause, LONGEST_RETRY_MS)) {
    const isRun = await work(upload, runner);
    if (isRun || upload.event === undefined) {
      upload.done();
      return;
    }
    try {
      await delay(pause, undefined, { signal: stopped });
    } catch {
      // The next runner begins with it.
      return;
    }
  }
}

/** @returns Whether there is nothing left to do for it. */
async function work(
  upload: Announced,
  { options: { program }, environment: inherited, programs, complain }: Runner,
): Promise<boolean> {
  const { path } = upload;
  let isStarted = false;
  try {
    const uploaded = await findUploadedFile(path);
    if (uploaded === undefined) return true;
    const file = encodeName(program);
    const environment = [...inherited, ...(await uploadVariables(uploaded, upload, systemAccounts))];
    const run = programs.run({ file, argv: [file, uploaded.path], environment });
    isStarted = true;
    const failure = describeFailure(await run);
    if (failure !== undefined) complain(`${program}: ${failure}: ${printableName(decodeName(path))}`);
  } catch (error) {
    // Files, programs and name services may fail for one upload; the next one is another.
    if (failedCall(error) === undefined) throw error;
    complain(`${program}: ${systemErrorText(error)}: ${printableName(decodeName(path))}`);
  }
  return isStarted;
}

function describeFailure(exit: ProgramExit): string | undefined {
  if ('signal' in exit) return `ended by signal ${exit.signal}`;
  return exit.status === 0 ? undefined : `ended with status ${exit.status}`;
}
