import type { Configuration } from '@pure-ftpd/options';

import type { Sink } from '../events/event.ts';
import { EventStream } from '../events/event-stream.ts';
import { LogSink } from '../sinks/log-sink.ts';
import type { Log } from '../log/log.ts';
import { TransferLogs } from '../sinks/transfer-logs.ts';
import { ScoreboardSink } from '../scoreboard/scoreboard-sink.ts';
import type { ServerScoreboard } from '../scoreboard/server-scoreboard.ts';
import { UploadAnnouncer } from '../uploads/upload-announcer.ts';

type Outlets = Pick<Configuration, 'logFormat' | 'metrics' | 'transferLogs' | 'uploadScript'>;

/** How soon transfers that are over are told: at once, for what must not be lost; with more of them, for who only counts; or never. */
export type TransfersTold = 'atOnce' | 'together' | 'never';

/** How soon somebody wants to know of transfers that are over. */
export function transfersTold({ logFormat, metrics, transferLogs, uploadScript }: Outlets): TransfersTold {
  if (transferLogs.length > 0 || uploadScript || logFormat === 'json') return 'atOnce';
  return metrics === undefined ? 'never' : 'together';
}

/**
 * Opens all that hears of sessions, while that is permitted: in the one process there is, or in the monitor. What cannot be opened is
 * said in the log.
 * @param more Who hears of them besides.
 */
export async function openSinks(
  outlets: Outlets,
  log: Log,
  scoreboard: ServerScoreboard,
  ...more: readonly Sink[]
): Promise<EventStream> {
  const uploads = outlets.uploadScript ? UploadAnnouncer.open(log) : undefined;
  const transferLogs = await TransferLogs.open(outlets.transferLogs, log);
  return new EventStream([
    new LogSink(log, outlets.logFormat === 'json'),
    transferLogs,
    ...(uploads === undefined ? [] : [uploads]),
    new ScoreboardSink(scoreboard),
    ...more,
  ]);
}
