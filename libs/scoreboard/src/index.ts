// The public door.

export type { SessionActivity, TransferStart } from './activity.ts';
export type { BoardSession, SessionStart } from './board-session.ts';
export { SCOREBOARD_DIRECTORY } from './directory.ts';
export type { EarlierSessions } from './earlier-sessions.ts';
export { type Entry, parseEntry, SessionState } from './entry.ts';
export { ScoreboardError, type ScoreboardErrorCode } from './errors.ts';
export type { LayoutName } from './layout.ts';
export { scoreboardPlace, type ScoreboardPlace } from './place.ts';
export { readScoreboard, type ReadOptions, type ShownEntry } from './read-scoreboard.ts';
export { type ActivityHearer, ActivityReporter, LONGEST_NAME } from './reporting.ts';
export { Scoreboard, type ScoreboardOptions } from './scoreboard.ts';
export { SettledActivities, type SettledActivity } from './settled-activity.ts';
export type { SocketAddress } from './socket-address.ts';
