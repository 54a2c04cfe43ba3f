import { figure } from './figure.ts';
import type { Contender, Figures, Prepared, Row } from './row.ts';

/** All medians of one contender, in the order of the row's measures. */
export interface Result {
  readonly name: string;
  readonly kind: Contender['kind'];
  readonly medians: Figures;
}

export interface RowResult {
  readonly row: Row;
  readonly results: readonly Result[];
  readonly notes: readonly string[];
  /** How many runs of each were counted. */
  readonly runs: number;
}

export interface MeasureOptions {
  /** Instead of the row's own number. */
  readonly runs?: number | undefined;
  /** Everyone works for at least so many seconds before runs are counted; one run, unless told otherwise. */
  readonly warmUpSeconds?: number;
  /** Notes say between what each figure was. */
  readonly spread?: boolean;
  readonly onProgress?: (text: string) => void;
  /** Ends the measuring before the next run. */
  readonly signal?: AbortSignal;
}

/** The middle of the values, the mean of the two middle ones when they are even in number. Throws a RangeError for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new RangeError('no median of nothing');
  return (upper + lower) / 2;
}

/** What a failure was, in one line. */
export function whatOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n').filter(Boolean).join('; ');
}

/**
 * Measures everyone in turn (A B C, B C A, ...), so that what the machine does meanwhile hits all alike, and no one always
 * comes after the same other. Who fails is said in the notes and has no figures; the others go on. Throws the reason of the
 * signal.
 */
export async function measure(row: Row, prepared: Prepared, options: MeasureOptions = {}): Promise<RowResult> {
  const { contenders } = prepared;
  const { runs = row.runs, warmUpSeconds = 0, spread = false, onProgress, signal } = options;
  const failures: string[] = [];
  const values = new Map<Contender, Figures[]>(contenders.map((one) => [one, []]));
  for (let round = 0; round <= runs; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const contender = contenders[(round + turn) % contenders.length];
      const figures = contender && values.get(contender);
      if (contender === undefined || figures === undefined) continue; // it has failed before
      onProgress?.(`${row.name}: ${round === 0 ? 'warm-up' : `run ${round} of ${runs}`}, ${contender.name}`);
      try {
        const warm = performance.now() + (round === 0 && row.warmsUp !== false ? warmUpSeconds * 1000 : 0);
        figures.push(await contender.run(round));
        while (performance.now() < warm) await contender.run(round);
      } catch (error) {
        signal?.throwIfAborted();
        failures.push(`${contender.name} failed: ${whatOf(error)}`);
        values.delete(contender);
      }
      signal?.throwIfAborted();
    }
  }
  const results = contenders.map((one) => ({ name: one.name, kind: one.kind, medians: medians(row, values.get(one)) }));
  const spreads = spread ? contenders.map((one) => `${one.name}: ${spreadOf(row, values.get(one))}`) : [];
  return { row, results, notes: [...prepared.notes, ...spreads, ...failures], runs };
}

/** The lowest and the highest of each figure. */
function spreadOf(row: Row, rounds: readonly Figures[] = []): string {
  const texts = row.measures.map(({ name, unit, once = false }, index) => {
    const figures = countedOf(once, rounds).flatMap((run) => run[index] ?? []);
    return figures.length === 0
      ? `${name} -`
      : `${name} ${figure(Math.min(...figures))} to ${figure(Math.max(...figures))} ${unit}`;
  });
  return texts.join(', ');
}

function countedOf(once: boolean, rounds: readonly Figures[]): readonly Figures[] {
  return once ? rounds.slice(0, 1) : rounds.slice(1);
}

function medians(row: Row, rounds: readonly Figures[] = []): Figures {
  return row.measures.map(({ once = false }, index) => {
    const figures = countedOf(once, rounds).flatMap((run) => run[index] ?? []);
    return figures.length === 0 ? undefined : median(figures);
  });
}

/** Who stands for us: the first of ours that has figures. */
function ours(results: readonly Result[]): Result | undefined {
  return results.find(({ kind, medians: figures }) => kind === 'ours' && figures.some((one) => one !== undefined));
}

/**
 * Ours divided by the best of some others, of the peers unless told otherwise, for one measure; undefined when one of them has no
 * figure, or nobody can be better.
 */
export function ratioToBest(
  { row, results }: RowResult,
  index: number,
  others: readonly Result[] = results.filter(({ kind }) => kind === 'peer'),
): number | undefined {
  const better = row.measures[index]?.better ?? 'neither';
  const own = ours(results)?.medians[index];
  const figures = others.flatMap((one) => one.medians[index] ?? []);
  if (own === undefined || figures.length === 0 || better === 'neither') return undefined;
  return own / (better === 'lower' ? Math.min(...figures) : Math.max(...figures));
}
