// Places in the limits of several servers together (`--cluster`).

/** A limit, and what it is of: 0 for none. */
export interface ClusterPlace {
  readonly key: string;
  readonly limit: number;
}

/** What became of a wish for places: `away` when nobody can say. */
export type ClusterAnswer =
  | { readonly kind: 'taken' }
  | { readonly kind: 'full'; readonly key: string }
  | { readonly kind: 'away' };

/** Who counts for all servers. */
export interface ClusterPlaces {
  /** Takes all of some places, or none. */
  take(places: readonly ClusterPlace[]): Promise<ClusterAnswer>;
  /** Gives back what was taken. */
  giveBack(places: readonly ClusterPlace[]): void;
}
