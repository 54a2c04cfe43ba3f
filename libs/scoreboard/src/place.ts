import { SCOREBOARD_DIRECTORY } from './directory.ts';

/** Where a scoreboard is, and whose. */
export interface ScoreboardPlace {
  readonly directory: string;
  /** User id. */
  readonly owner: number;
}

/**
 * The scoreboard of whoever runs this process: root's is the one of the C programs, anybody else's is in the folder that the system
 * makes for a user who is logged in. Undefined where there is no such folder.
 * @param environment Of the process: `XDG_RUNTIME_DIR` counts, but not for root.
 */
export function scoreboardPlace(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ScoreboardPlace | undefined {
  const owner = process.geteuid?.();
  if (owner === 0) return { directory: SCOREBOARD_DIRECTORY, owner };
  const runtime = environment['XDG_RUNTIME_DIR'];
  if (owner === undefined || runtime === undefined || !runtime.startsWith('/')) return undefined;
  return { directory: `${runtime}/pure-ftpd`, owner };
}
