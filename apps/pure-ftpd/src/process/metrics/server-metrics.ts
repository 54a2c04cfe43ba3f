import type { Certificates } from '@pure-ftpd/certificates';
import type { Configuration } from '@pure-ftpd/options';

import type { ControlledServer } from '../../control/controlled-server.ts';
import type { EventStream } from '../../events/event-stream.ts';
import type { Sink } from '../../events/event.ts';
import type { Log } from '../../log/log.ts';
import { LoopLag } from '../../metrics/loop-lag.ts';
import type { Reading } from '../../metrics/metrics-http.ts';
import { MetricsSink } from '../../metrics/metrics-sink.ts';
import { Tally } from '../../metrics/tally.ts';
import type { NewIdentity } from '../become.ts';
import { controlGroupId } from '../open-control.ts';
import type { UploadEvents } from '../uploads/upload-events.ts';
import { bindMetrics, type MetricsListener } from './metrics-listener.ts';
import { MetricsProcess } from './metrics-process.ts';

/** What is read when somebody wants to know, since no event tells it. */
export interface MeasuredServer {
  readonly log: Log;
  readonly events: EventStream;
  readonly server: Pick<ControlledServer, 'health' | 'limits'>;
  /** Whether clients are accepted. */
  readonly isServing: () => boolean;
  /** How many networks are banned. */
  readonly bans: () => number;
  /** Undefined where there is no journal. */
  readonly uploads: Pick<UploadEvents, 'unread' | 'isFull' | 'dropped'> | undefined;
  /** Those of now; undefined where there is no TLS. */
  readonly certificates: () => Certificates | undefined;
  /** Whom the process becomes that serves metrics; undefined for who this one is. */
  readonly identity: NewIdentity | undefined;
}

/** The metrics of a server (`--metrics`): counts what it tells, and has a process of its own serve that. */
export class ServerMetrics implements Disposable {
  readonly #tally = new Tally();
  readonly #lag = new LoopLag(this.#tally);
  readonly #listener: MetricsListener;
  readonly #startedAt = Date.now() - process.uptime() * 1000;
  #process: MetricsProcess | undefined;
  #isEnded = false;

  /** What hears of sessions for it. */
  readonly sink: Sink = new MetricsSink(this.#tally);

  private constructor(listener: MetricsListener) {
    this.#listener = listener;
  }

  /**
   * Listens, while that is permitted.
   * @returns undefined where nobody has asked for metrics.
   * @throws StartError when the place cannot be had.
   */
  static async open({
    metrics,
    controlGroup,
  }: Pick<Configuration, 'metrics' | 'controlGroup'>): Promise<ServerMetrics | undefined> {
    if (metrics === undefined) return undefined;
    return new ServerMetrics(await bindMetrics(metrics, controlGroupId(controlGroup)));
  }

  /** Serves them from now on. */
  start(measured: MeasuredServer): void {
    const { log, events, identity } = measured;
    const { descriptor, where } = this.#listener;
    this.#process = new MetricsProcess({ descriptor, identity, log, events, read: () => this.#read(measured) });
    this.#process.start();
    log.write('INFO', `metrics on ${where}`);
  }

  /** Another server may have the place. */
  [Symbol.dispose](): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#process?.kill();
    this.#listener.end();
    this.#lag[Symbol.dispose]();
  }

  #read({ server, events, isServing, bans, uploads, certificates }: MeasuredServer): Reading {
    const tally = this.#tally;
    const { workers, configurations, reloadedAt = Number.NaN } = server.health;
    const { waiting, lost } = events.backlog;
    const { user, system } = process.cpuUsage();
    tally.set('pure_ftpd_workers', {}, workers);
    tally.set('pure_ftpd_configurations', {}, configurations);
    tally.set('pure_ftpd_sessions_limit', {}, server.limits.sessions);
    tally.set('pure_ftpd_last_reload_timestamp_seconds', {}, reloadedAt / 1000);
    tally.set('pure_ftpd_bans', {}, bans());
    tally.set('pure_ftpd_upload_queue_length', {}, waiting);
    tally.set('pure_ftpd_upload_events_lost_total', {}, lost + (uploads?.dropped ?? 0));
    tally.set('pure_ftpd_upload_journal_unread', {}, uploads?.unread ?? Number.NaN);
    tally.set('pure_ftpd_upload_journal_full', {}, uploads === undefined ? Number.NaN : Number(uploads.isFull));
    tally.set('pure_ftpd_certificate_expiry_timestamp_seconds', {}, firstEnd(certificates()) / 1000);
    tally.set('process_start_time_seconds', {}, this.#startedAt / 1000);
    tally.set('process_cpu_seconds_total', {}, (user + system) / 1e6);
    tally.set('process_resident_memory_bytes', {}, process.memoryUsage.rss());
    return { numbers: tally.numbers, isServing: isServing() };
  }
}

/** When the first certificate ends, in milliseconds since 1970. */
function firstEnd(certificates: Certificates | undefined): number {
  return certificates === undefined ? Number.NaN : Math.min(...certificates.map(({ notAfter }) => notAfter));
}
