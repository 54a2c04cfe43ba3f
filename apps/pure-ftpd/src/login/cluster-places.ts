// Places in the limits of several servers together (`--cluster`).
import type { Place, Taken } from '@pure-ftpd/cluster';

/** Who counts for all servers. */
export interface ClusterPlaces {
  /** Takes all of some places, or none. */
  take(places: readonly Place[]): Promise<Taken>;
  /** Gives back what was taken. */
  giveBack(places: readonly Place[]): void;
}
