import { decodeEntry } from './entry.ts';
import { entryNames } from './directory.ts';
import { readEntryFile, tidyEntry } from './entry-file.ts';
import { isNamedProcessGone } from './entry-name.ts';
import { Processes } from './processes.ts';

/**
 * How many sessions of a login other servers have on the scoreboard: for limits by user that count what C servers beside us
 * serve, as theirs count ours (spec scoreboard-ftpwho section 4). Entries of processes that are gone are deleted. Unlike C's
 * server, an entry that cannot be believed (a link, another user's, of no known size) counts for nobody.
 * @param login `ftp` for anonymous users; upper and lower case of ASCII are the same.
 * @param own What the names of the asking server's own entries begin with; these are not opened.
 * @throws ScoreboardError when the directory is missing or cannot be read.
 */
export function countForeignSessions(directory: string, login: string, own: string, owner: number): number {
  const processes = new Processes();
  const wanted = asciiLowerCase(login);
  let count = 0;
  for (const name of entryNames(directory)) {
    if (name.startsWith(own)) continue;
    if (isNamedProcessGone(name, processes)) {
      tidyEntry(directory, name);
      continue;
    }
    const file = readEntryFile(directory, name, owner);
    if (file !== undefined && asciiLowerCase(decodeEntry(file.bytes, file.layout).login) === wanted) count += 1;
  }
  return count;
}

/** As C compares logins. */
export function asciiLowerCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
