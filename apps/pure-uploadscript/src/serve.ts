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
import { UploadPipeError, UploadReader, type UploadRecord } from '@pure-ftpd/uploads';

import { Dispatcher } from './dispatcher.ts';
import { inheritedEnvironment, systemAccounts, uploadVariables } from './environment.ts';
import { StartError } from './exit-status.ts';
import type { Options } from './options.ts';
import { Programs } from './programs.ts';
import { findUploadedFile } from './uploaded-file.ts';

const PROGRAM = 'pure-uploadscript';
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
  const reader = openReader();
  const programs = new Programs(options);
  const given = Promise.withResolvers<void>();
  const stop = (): void => {
    reader.close();
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
    const dispatcher = new Dispatcher(options.jobs, (upload) => work(upload, options, environment, programs, complain));
    for (let upload = await reader.next(); upload !== undefined; upload = await reader.next()) {
      await Promise.race([dispatcher.take(upload), given.promise]);
    }
    await Promise.race([dispatcher.idle(), given.promise]);
  } finally {
    reader.close();
    programs.close();
    pidFile?.remove();
    for (const signal of ENDING) process.off(signal, stop).off(signal, given.resolve);
  }
}

function openReader(): UploadReader {
  try {
    return UploadReader.open();
  } catch (error) {
    if (!(error instanceof UploadPipeError)) throw error;
    const reason = error.code === 'UNAVAILABLE' ? `: ${systemErrorText(error)}` : '';
    throw new StartError(`${error.message}${reason}`, { cause: error });
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

async function work(
  { login, path }: UploadRecord,
  { program }: Options,
  inherited: readonly Buffer[],
  programs: Programs,
  complain: (text: string) => void,
): Promise<void> {
  try {
    const uploaded = await findUploadedFile(path);
    if (uploaded === undefined) return;
    const file = encodeName(program);
    const environment = [...inherited, ...(await uploadVariables(uploaded, login, systemAccounts))];
    const exit = await programs.run({ file, argv: [file, uploaded.path], environment });
    const failure = describeFailure(exit);
    if (failure !== undefined) complain(`${program}: ${failure}: ${printableName(decodeName(path))}`);
  } catch (error) {
    // Files, programs and name services may fail for one upload; the next one is another.
    if (failedCall(error) === undefined) throw error;
    complain(`${program}: ${systemErrorText(error)}: ${printableName(decodeName(path))}`);
  }
}

function describeFailure(exit: ProgramExit): string | undefined {
  if ('signal' in exit) return `ended by signal ${exit.signal}`;
  return exit.status === 0 ? undefined : `ended with status ${exit.status}`;
}
