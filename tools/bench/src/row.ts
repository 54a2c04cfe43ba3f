/** One figure of a row. */
export interface Measure {
  readonly name: string;
  readonly unit: string;
  /** `neither`: to be known, but nothing to be better at. */
  readonly better: 'lower' | 'higher' | 'neither';
  /** Taken in the first run, which counts for nothing else: looking would slow down what is measured. */
  readonly once?: true;
}

/** What a run answers: a figure for each measure of the row, undefined where it has none. */
export type Figures = readonly (number | undefined)[];

/** Something that is measured. */
export interface Contender {
  readonly name: string;
  /** `floor` is what nobody can be better than (`node -e 0`): shown, but no competitor. */
  readonly kind: 'ours' | 'peer' | 'floor';
  /**
   * Does the work once. What it throws is the end of this contender in this row.
   * @param round 0 are the first runs, which are not counted
   */
  readonly run: (round: number) => Promise<Figures>;
}

/** A row made ready: files made, servers started. Disposing it removes and ends all that. */
export interface Prepared extends AsyncDisposable {
  readonly contenders: readonly Contender[];
  /** Who is missing and why, and what is to be known about the figures. Complete after the last run. */
  readonly notes: readonly string[];
}

/** What a row may use. */
export interface Workspace {
  /** A folder of the row's own: in memory where the machine has such, or on a disk. Removed after the row. */
  readonly folder: string;
  /** Which servers take part, by their slug; all when undefined. */
  readonly servers: ReadonlySet<string> | undefined;
  /** Where our daemon leaves a profile of its processor when it ends; it is slower then. Undefined: nowhere. */
  readonly profiles: string | undefined;
  /** A size or a number as it is to be: smaller than usual in a run that only tries things out. At least 1. */
  readonly scaled: (usual: number) => number;
}

/** One thing that is compared. Every row is a module in `rows/`, listed in `rows/index.ts`. */
export interface Row {
  readonly name: string;
  /** What is done, in one sentence, with its sizes. */
  readonly title: string;
  /** The first one stands for the row in the chart. */
  readonly measures: readonly Measure[];
  /** How often everyone is measured; the median counts. What each does before that to warm up is not counted. */
  readonly runs: number;
  /** False where time does not matter, or nothing goes on from one run to the next: one run is enough to warm up. */
  readonly warmsUp?: false;
  readonly prepare: (workspace: Workspace) => Promise<Prepared>;
}
