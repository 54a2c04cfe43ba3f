/** One figure of a row. */
export interface Measure {
  readonly name: string;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
}

/** Something that is measured. */
export interface Contender {
  readonly name: string;
  /** `floor` is what nobody can be better than (`node -e 0`): shown, but no competitor. */
  readonly kind: 'ours' | 'peer' | 'floor';
  /** Does the work once; answers a figure for each measure of the row, undefined where it has none. */
  readonly run: () => Promise<readonly (number | undefined)[]>;
}

/** A row made ready: files made, servers started. Disposing it removes and ends all that. */
export interface Prepared extends AsyncDisposable {
  readonly contenders: readonly Contender[];
  /** Who is missing and why, and what is to be known about the figures. */
  readonly notes: readonly string[];
}

/** What a row may use. */
export interface Workspace {
  /** A folder of the row's own, in memory where the machine has one. Removed after the row. */
  readonly folder: string;
}

/** One thing that is compared. Every row is a module in `rows/`, listed in `rows/index.ts`. */
export interface Row {
  readonly name: string;
  /** What is done, in one sentence, with its sizes. */
  readonly title: string;
  readonly measures: readonly Measure[];
  /** How often everyone is measured; the median counts. One more run of each before that is not counted. */
  readonly runs: number;
  readonly prepare: (workspace: Workspace) => Promise<Prepared>;
}
