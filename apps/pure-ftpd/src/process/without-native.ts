// A server without native calls: what needs them is refused before anybody is served.
import { bestStrategy } from '@pure-ftpd/jail';
import { type Configuration, ExitStatus, StartError } from '@pure-ftpd/options';
import { whyNoNativeCalls } from '@pure-ftpd/posix';

import type { Log } from '../log/log.ts';
import { isRoot } from './identity.ts';

/** Options that only native calls can fulfil. */
const NEEDING: readonly (readonly [option: string, isWanted: (configuration: Configuration) => boolean])[] = [
  ['-l unix', ({ logins }) => logins.some(({ name }) => name === 'unix')],
  ['--control', ({ control }) => control?.asked === true],
  ['--quota', ({ quota }) => quota !== undefined],
  ['--upload-script', ({ uploadScript }) => uploadScript],
  ['--upload-journal', ({ uploadJournal }) => uploadJournal !== undefined],
];

/**
 * Looks whether this machine can do what a server is to do. Where native calls are missing, the log says what is lost.
 * @throws StartError when something is asked for that cannot be had, or root's users could not be kept in their folders.
 */
export function checkNativeCalls(configuration: Configuration, log: Pick<Log, 'write'>): void {
  const reason = whyNoNativeCalls();
  if (reason === undefined) return;
  const refused = NEEDING.filter(([, isWanted]) => isWanted(configuration)).map(([option]) => option);
  if (refused.length > 0)
    throw new StartError(`${refused.join(', ')} cannot be had here: ${reason}`, ExitStatus.failed);
  log.write(
    'NOTICE',
    `${reason}: accounts with a quota cannot store, and what a killed server leaves unfinished stays`,
  );
  if (bestStrategy() !== 'portable') return;
  const weakness = "who can replace folders by links gets out of a user's folder";
  if (isRoot()) throw new StartError(`without /proc ${weakness}: no server of root's`, ExitStatus.failed);
  log.write('WARNING', `without /proc ${weakness}: serve nobody whom you do not trust`);
}
