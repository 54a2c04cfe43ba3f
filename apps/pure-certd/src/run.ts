import { questionDaemonProgram, runDaemon } from '@pure-ftpd/cli/daemon';

import { DAEMON } from './daemon.ts';

/**
 * Runs pure-certd.
 * @param words What follows the program's name.
 * @returns The exit status.
 */
export function run(words: readonly string[]): Promise<number> {
  return runDaemon(questionDaemonProgram(DAEMON), words);
}
