import { readScoreboard, type ReadOptions, SCOREBOARD_DIRECTORY } from '@pure-ftpd/scoreboard';

import { HostNames } from './host-names.ts';
import type { SessionSource } from './session-source.ts';
import { viewOf } from './session-view.ts';

/** How a scoreboard is read. */
export interface ScoreboardSourceOptions {
  /** Addresses stay numbers. */
  readonly numeric: boolean;
  /** A look waits for names of hosts, up to five seconds; else they are there at a later one. */
  readonly waitsForNames: boolean;
  /** The scoreboard; that of root unless told. */
  readonly place?: ReadOptions;
}

/** The sessions of this machine, by its scoreboard. A look throws ScoreboardError where there is none. */
export function scoreboardSource({ numeric, waitsForNames, place = {} }: ScoreboardSourceOptions): SessionSource {
  const names = new HostNames(!numeric);
  return {
    folder: place.directory ?? SCOREBOARD_DIRECTORY,
    async look(now) {
      const entries = readScoreboard(place);
      const ends = entries.flatMap(({ peer, local }) => [peer, local]);
      if (waitsForNames) await names.resolve(ends);
      else names.request(ends);
      return entries.map((entry) => viewOf(entry, now, { peer: names.of(entry.peer), local: names.of(entry.local) }));
    },
  };
}
