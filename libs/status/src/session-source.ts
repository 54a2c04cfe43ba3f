import type { SessionView } from './session-view.ts';

/** Where sessions are read: a scoreboard, reports of other hosts, a server that is asked. */
export interface SessionSource {
  /**
   * The sessions of this moment.
   * @param now Unix time in seconds.
   */
  readonly look: (now: bigint) => Promise<SessionView[]>;
  /** A folder in which something comes or goes when a session does. */
  readonly folder?: string;
  /** Sessions may be of several hosts. */
  readonly hasServers?: boolean;
}

/** The sessions of several sources, in their order. */
export function allOf(sources: readonly SessionSource[]): SessionSource {
  const folder = sources.find((source) => source.folder !== undefined)?.folder;
  return {
    look: async (now) => (await Promise.all(sources.map((source) => source.look(now)))).flat(),
    ...(folder === undefined ? {} : { folder }),
    hasServers: sources.some(({ hasServers }) => hasServers === true),
  };
}
