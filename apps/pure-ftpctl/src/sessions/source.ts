import { scoreboardPlace } from '@pure-ftpd/scoreboard';
import { allOf, problemOf, scoreboardSource, type SessionSource, type SessionView } from '@pure-ftpd/status';

import { CommandError, ExitStatus } from '../exit-status.ts';
import type { Given } from '../given.ts';

/**
 * Where the sessions that a command line asks for are read: reports by `--from`, the scoreboard by `--scoreboard`, or where nothing
 * is named.
 * @param waitsForNames A look has the names of all hosts.
 */
export async function sourceOf({ options, values }: Given, waitsForNames: boolean): Promise<SessionSource> {
  const reports = values['from'] ?? [];
  const sources: SessionSource[] = [];
  if (options.has('scoreboard') || reports.length === 0)
    sources.push(ownScoreboard(options.has('numeric'), waitsForNames));
  // What reads XML is loaded for reports alone.
  if (reports.length > 0) sources.push((await import('@pure-ftpd/status/reports')).reportsSource(reports));
  return allOf(sources);
}

function ownScoreboard(numeric: boolean, waitsForNames: boolean): SessionSource {
  const place = scoreboardPlace();
  if (place === undefined)
    throw new CommandError('root alone sees the sessions of this machine: become root', ExitStatus.failed);
  return scoreboardSource({ numeric, waitsForNames, place });
}

/** What a source has now. @throws CommandError where it cannot be read. */
export async function lookedUp(source: SessionSource, now: bigint): Promise<SessionView[]> {
  try {
    return await source.look(now);
  } catch (error) {
    const problem = problemOf(error);
    throw problem === undefined ? error : new CommandError(problem, ExitStatus.failed, { cause: error });
  }
}
