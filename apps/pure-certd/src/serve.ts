import { MAX_REQUEST_BYTES } from '@pure-ftpd/certificates';
import { becomeIdentity, PidFile, QuestionServer } from '@pure-ftpd/cli/daemon';

import { answer } from './answer.ts';
import type { Options } from './options.ts';

/** Programs that run at a time; who asks more waits. */
const MAX_AT_ONCE = 8;
const MAX_WAITING = 128;
const QUESTION_MS = 10_000;

const ENDING: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGQUIT', 'SIGINT', 'SIGXCPU'];

/**
 * Serves until a signal ends it, and leaves neither socket nor pid file where it still may remove them.
 * @param complain One line for the administrator.
 * @param started Called when questions are answered.
 * @throws SocketError, IdentityError
 */
export async function serve(options: Options, complain: (text: string) => void, started: () => void): Promise<void> {
  const { socket: path, program, uid, gid } = options;
  // For the socket, and for the program, which has it from us as it had it from the C daemon.
  process.umask(0o077);
  const server = new QuestionServer({
    path,
    answer: (lines, signal) => answer(program, lines, signal, complain),
    maxQuestion: MAX_REQUEST_BYTES,
    questionMs: QUESTION_MS,
    maxAtOnce: MAX_AT_ONCE,
    maxWaiting: MAX_WAITING,
  });
  const ended = Promise.withResolvers<void>();
  const stop = (): void => ended.resolve();
  for (const signal of ENDING) process.on(signal, stop);
  let pidFile: PidFile | undefined;
  try {
    await server.listen();
    pidFile = writePidFile(options.pidFile, complain);
    becomeIdentity({ uid, gid }, [gid]);
    process.chdir('/');
    started();
    await ended.promise;
  } finally {
    await server.close();
    removePidFile(pidFile, complain);
    for (const signal of ENDING) process.off(signal, stop);
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
