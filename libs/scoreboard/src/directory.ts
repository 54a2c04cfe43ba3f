import { chmodSync, lstatSync, mkdirSync, opendirSync, type Stats } from 'node:fs';

import { ScoreboardError, systemCode } from './errors.ts';
import { PREFIX } from './entry-name.ts';

/** Where the C programs have the scoreboard. */
export const SCOREBOARD_DIRECTORY = '/var/run/pure-ftpd';

const MODE = 0o700;
/** What may be open to a group: it gets to a name it knows, and lists nothing. The control socket is in the directory, too. */
const PASSAGE = 0o010;

function lstat(directory: string): Stats {
  try {
    return lstatSync(directory);
  } catch (error) {
    if (systemCode(error) === 'ENOENT')
      throw new ScoreboardError('SCOREBOARD_MISSING', `there is no ${directory}`, error);
    throw new ScoreboardError('SCOREBOARD_ACCESS', `${directory} cannot be looked at`, error);
  }
}

/**
 * Makes sure that the directory is one whose entries may be believed: a real directory of the owner, open to nobody else, but for a
 * group that may pass through it. It is made when it is missing, and closed when it is open to others (spec scoreboard-ftpwho section 1). The directories above it
 * are the administrator's to keep.
 * @param owner The user it must belong to: 0, or this process's own.
 * @throws ScoreboardError
 */
export function secureDirectory(directory: string, owner: number): void {
  let status: Stats;
  try {
    status = lstat(directory);
  } catch (error) {
    if (!(error instanceof ScoreboardError) || error.code !== 'SCOREBOARD_MISSING') throw error;
    make(directory);
    status = lstat(directory);
  }
  if (!status.isDirectory()) throw new ScoreboardError('SCOREBOARD_UNTRUSTED', `${directory} is not a directory`);
  if (status.uid !== owner)
    throw new ScoreboardError('SCOREBOARD_UNTRUSTED', `${directory} belongs to user ${status.uid}, not to ${owner}`);
  if ((status.mode & 0o7777 & ~PASSAGE) === MODE) return;
  try {
    chmodSync(directory, MODE);
  } catch (error) {
    throw new ScoreboardError('SCOREBOARD_ACCESS', `the mode of ${directory} cannot be changed to 0700`, error);
  }
}

function make(directory: string): void {
  try {
    mkdirSync(directory, { mode: MODE });
  } catch (error) {
    // Somebody else was quicker: what is there now is looked at as if it had always been.
    if (systemCode(error) !== 'EEXIST')
      throw new ScoreboardError('SCOREBOARD_ACCESS', `${directory} cannot be made`, error);
  }
}

/**
 * Names of what may be entries, in the order in which the directory has them, as readdir(3) gives them to C.
 * @throws ScoreboardError when the directory is missing or cannot be read.
 */
export function entryNames(directory: string): string[] {
  try {
    const names: string[] = [];
    // latin1: no byte is lost, and a name of ours has only digits and letters.
    const listing = opendirSync(directory, { encoding: 'latin1', bufferSize: 512 });
    try {
      for (let item = listing.readSync(); item !== null; item = listing.readSync()) {
        if (item.name.startsWith(PREFIX)) names.push(item.name);
      }
    } finally {
      listing.closeSync();
    }
    return names;
  } catch (error) {
    if (systemCode(error) === 'ENOENT')
      throw new ScoreboardError('SCOREBOARD_MISSING', `there is no ${directory}`, error);
    throw new ScoreboardError('SCOREBOARD_ACCESS', `${directory} cannot be read`, error);
  }
}
