import { ControlClient, ControlError } from '@pure-ftpd/control';
import { scoreboardPlace } from '@pure-ftpd/scoreboard';
import {
  allOf,
  controlSource,
  problemOf,
  scoreboardSource,
  type SessionSource,
  type SessionView,
} from '@pure-ftpd/status';

import { CommandError, ExitStatus } from '../exit-status.ts';
import type { Given } from '../given.ts';

/**
 * Where the sessions that a command line asks for are read: reports by `--from`, the scoreboard by `--scoreboard`, a server by
 * `--control`; where nothing is named the control socket, and the scoreboard where there is none.
 * @param waitsForNames A look has the names of all hosts.
 */
export async function sourceOf({ options, values }: Given, waitsForNames: boolean): Promise<SessionSource> {
  const reports = values['from'] ?? [];
  const path = values['control']?.at(-1);
  const numeric = options.has('numeric');
  const isNamed = options.has('scoreboard') || reports.length > 0;
  const sources: SessionSource[] = [];
  if (path !== undefined || (!isNamed && (await hasControl())))
    sources.push(controlSource({ numeric, waitsForNames, ...(path === undefined ? {} : { path }) }));
  if (options.has('scoreboard') || (reports.length === 0 && sources.length === 0))
    sources.push(ownScoreboard(numeric, waitsForNames));
  // What reads XML is loaded for reports alone.
  if (reports.length > 0) sources.push((await import('@pure-ftpd/status/reports')).reportsSource(reports));
  return allOf(sources);
}

/** Whether the first server of root can be asked. */
async function hasControl(): Promise<boolean> {
  try {
    await using _control = await ControlClient.connect();
    return true;
  } catch (error) {
    if (error instanceof ControlError) return false;
    throw error;
  }
}

function ownScoreboard(numeric: boolean, waitsForNames: boolean): SessionSource {
  const place = scoreboardPlace();
  if (place === undefined)
    throw new CommandError(
      'root, and who may use the control socket, see the sessions of this machine',
      ExitStatus.failed,
    );
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
