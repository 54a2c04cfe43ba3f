// `--cluster`: what this server counts together with others.
import { type Configuration, StartError } from '@pure-ftpd/options';
import type { Place, SharedPlaces, Taken } from '@pure-ftpd/cluster';

import type { Log } from '../../log/log.ts';
import type { ClusterPlaces } from '../../login/cluster-places.ts';
import { readSecret } from '../../webhooks/secret-file.ts';
import { RateLimit } from '../rate-limit.ts';
import { ClusterProcess } from './cluster-process.ts';

/** Lines of the log about an engine that comes and goes. */
const LINES_PER_SECOND = 1 / 10;
const LINES_AT_ONCE = 10;

const MEANWHILE = {
  open: 'until it is back, limits are those of this server alone',
  closed: 'until it is back, nobody logs in',
} as const;

type Settings = Pick<Configuration, 'cluster' | 'clusterPasswordFile' | 'clusterAway'>;

/** The cluster, until it is closed. */
export class ServerCluster implements ClusterPlaces {
  readonly #url: string;
  readonly #password: string | undefined;
  readonly #whenAway: Configuration['clusterAway'];
  readonly #log: Pick<Log, 'write'>;
  #engine: ClusterProcess | undefined;
  #places: SharedPlaces | undefined;

  private constructor(url: string, { clusterPasswordFile, clusterAway }: Settings, log: Pick<Log, 'write'>) {
    this.#url = url;
    this.#password =
      clusterPasswordFile === undefined
        ? undefined
        : readSecret('--cluster-password-file', clusterPasswordFile, 1).toString('utf8');
    this.#whenAway = clusterAway;
    this.#log = log;
  }

  /**
   * Reads what may not be readable later.
   * @returns undefined where there is no cluster.
   * @throws StartError when the password cannot be read.
   */
  static open(settings: Settings, log: Pick<Log, 'write'>): ServerCluster | undefined {
    if (settings.cluster !== undefined) return new ServerCluster(settings.cluster, settings, log);
    if (settings.clusterPasswordFile !== undefined) throw new StartError('--cluster-password-file needs --cluster');
    return undefined;
  }

  /** Joins it; comes back when it is known how many there are, or that the cluster is away. */
  async join(): Promise<void> {
    const { SharedPlaces } = await import('@pure-ftpd/cluster');
    this.#engine = new ClusterProcess({ url: this.#url, password: this.#password }, this.#log);
    const limit = new RateLimit(LINES_PER_SECOND, LINES_AT_ONCE);
    this.#places = new SharedPlaces({
      engine: this.#engine,
      whenAway: this.#whenAway,
      onChange: (away) => {
        if (!limit.take()) return;
        if (away === undefined) this.#log.write('NOTICE', 'the cluster counts sessions again');
        else this.#log.write('WARNING', `the cluster is away (${away}): ${MEANWHILE[this.#whenAway]}`);
      },
    });
    await this.#places.start();
  }

  async take(places: readonly Place[]): Promise<Taken> {
    return (await this.#places?.take(places)) ?? { kind: 'away' };
  }

  giveBack(places: readonly Place[]): void {
    this.#places?.giveBack(places);
  }

  async close(): Promise<void> {
    await this.#places?.close();
    await this.#engine?.close();
  }
}
