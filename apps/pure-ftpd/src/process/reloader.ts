import { type Configuration, StartError } from '@pure-ftpd/options';

import type { Reloaded } from '../control/controlled-server.ts';
import type { Log } from '../log/log.ts';
import type { ConfigurationSource } from './configuration-source.ts';

/** Options that hold until the server is started again: sockets, who it is, and what hears of all sessions. */
const UNTIL_RESTART: ReadonlySet<string> = new Set([
  'altlog',
  'bind',
  'cluster',
  'cluster-away',
  'cluster-password-file',
  'control',
  'control-group',
  'implicit-tls',
  'ipv4only',
  'ipv6only',
  'log-file',
  'log-format',
  'logpid',
  'metrics',
  'passiveportrange',
  'penalties',
  'penalty-exempt',
  'pidfile',
  'proxy-from',
  'syslogfacility',
  'upload-journal',
  'upload-journal-full',
  'upload-journal-size',
  'uploadscript',
  'user',
  'webhook',
  'webhook-secret-file',
]);

/** How the process was started, which is over. */
const OF_THE_START: ReadonlySet<string> = new Set(['daemonize']);

/** What a reloader works with. */
export interface ReloaderOptions {
  readonly source: ConfigurationSource;
  readonly log: Pick<Log, 'write'>;
  /** The configuration of the start, as it holds. */
  readonly configuration: Configuration;
  /**
   * Has who comes from now on served by another configuration.
   * @throws StartError when it cannot be: nothing has changed then.
   */
  readonly take: (configuration: Configuration) => Promise<void>;
}

/** Reads the configuration anew, and has it hold: all of it, or nothing. */
export class Reloader {
  readonly #options: ReloaderOptions;
  #configuration: Configuration;
  #settings: ReadonlyMap<string, readonly string[]>;
  #running: Promise<Reloaded> | undefined;
  #at: number | undefined;

  constructor(options: ReloaderOptions) {
    this.#options = options;
    this.#configuration = options.configuration;
    this.#settings = options.source.first.settings;
  }

  /** What holds now. */
  get configuration(): Configuration {
    return this.#configuration;
  }

  /** When it was reloaded last, in milliseconds since 1970. */
  get reloadedAt(): number | undefined {
    return this.#at;
  }

  /** Reloads; who asks while that is done is answered with the same. The log is told. */
  async reload(words: readonly string[] | undefined): Promise<Reloaded> {
    if (this.#running !== undefined) {
      if (words === undefined) return this.#running;
      return { kind: 'refused', problems: ['the configuration is being reloaded: try again'] };
    }
    this.#running = this.#reload(words);
    try {
      const reloaded = await this.#running;
      this.#tell(reloaded);
      return reloaded;
    } finally {
      this.#running = undefined;
    }
  }

  /**
   * SIGHUP has come: the configuration is read anew, where that is wanted (`--reload-on-hup`).
   * @param isForOne The server is there for one client.
   * @returns Whether it is.
   */
  hangUp(isForOne: boolean): boolean {
    if (isForOne || !this.#configuration.reloadOnHup) return false;
    void this.reload(undefined);
    return true;
  }

  async #reload(words: readonly string[] | undefined): Promise<Reloaded> {
    const { source, take } = this.#options;
    const read = await source.read(words);
    if ('problems' in read) return { kind: 'refused', problems: read.problems };
    const next = withFixed(read.configuration, this.#configuration);
    try {
      await take(next);
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      return { kind: 'refused', problems: [error.message] };
    }
    const differing = differences(this.#settings, read.settings);
    source.hold(words);
    this.#configuration = next;
    // What waits for a restart is told each time, until then.
    this.#settings = new Map(
      [...read.settings]
        .filter(([name]) => !UNTIL_RESTART.has(name))
        .concat([...this.#options.source.first.settings].filter(([name]) => UNTIL_RESTART.has(name))),
    );
    this.#at = Date.now();
    return {
      kind: 'done',
      changed: differing.filter((name) => !UNTIL_RESTART.has(name)).map(optionName),
      restart: differing.filter((name) => UNTIL_RESTART.has(name)).map(optionName),
    };
  }

  #tell(reloaded: Reloaded): void {
    const { log } = this.#options;
    if (reloaded.kind === 'refused') {
      for (const problem of reloaded.problems) log.write('ERROR', problem);
      log.write('ERROR', 'the configuration is not taken: nothing has changed');
      return;
    }
    const { changed, restart } = reloaded;
    log.write('NOTICE', `the configuration is reloaded${changed.length === 0 ? '' : `: ${changed.join(', ')}`}`);
    if (restart.length > 0) log.write('WARNING', `not before a restart: ${restart.join(', ')}`);
  }
}

function optionName(long: string): string {
  return `--${long}`;
}

function differences(
  before: ReadonlyMap<string, readonly string[]>,
  after: ReadonlyMap<string, readonly string[]>,
): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names]
    .filter((name) => !OF_THE_START.has(name))
    .filter((name) => JSON.stringify(before.get(name)) !== JSON.stringify(after.get(name)))
    .toSorted();
}

/** A configuration with what holds until a restart as it is. */
function withFixed(next: Configuration, now: Configuration): Configuration {
  const { bind, ipv4Only, ipv6Only, user, daemonize, pidFile, control, controlGroup, passivePorts, proxyFrom } = now;
  const { cluster, clusterAway, clusterPasswordFile } = now;
  const { logFormat, metrics, penalties, penaltyExempt } = now;
  const { logFile, syslogFacility, unknownFacility, logPid, transferLogs, uploadScript } = now;
  const { uploadJournal, uploadJournalFull, uploadJournalSize, webhooks, webhookSecretFile } = now;
  return {
    ...next,
    bind,
    cluster,
    clusterAway,
    clusterPasswordFile,
    ipv4Only,
    ipv6Only,
    user,
    daemonize,
    pidFile,
    control,
    controlGroup,
    passivePorts,
    proxyFrom,
    logFile,
    logFormat,
    metrics,
    penalties,
    penaltyExempt,
    syslogFacility,
    unknownFacility,
    logPid,
    transferLogs,
    uploadScript,
    uploadJournal,
    uploadJournalFull,
    uploadJournalSize,
    webhooks,
    webhookSecretFile,
    tls: { ...next.tls, implicit: now.tls.implicit },
  };
}
