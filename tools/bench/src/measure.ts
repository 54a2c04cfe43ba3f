import type { Contender, Prepared, Row } from './row.ts';

/** All medians of one contender, in the order of the row's measures. */
export interface Result {
  readonly name: string;
  readonly kind: Contender['kind'];
  readonly medians: readonly (number | undefined)[];
}

export interface RowResult {
  readonly row: Row;
  readonly results: readonly Result[];
  readonly notes: readonly string[];
}

/** The middle of the values, the mean of the two middle ones when they are even in number. Throws a RangeError for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new RangeError('no median of nothing');
  return (upper + lower) / 2;
}

/**
 * Measures everyone in turn (A B C, B C A, ...), so that what the machine does meanwhile hits all alike, and no one always
 * comes after the same other.
 */
export async function measure(row: Row, prepared: Prepared, onProgress: (text: string) => void): Promise<RowResult> {
  const { contenders, notes } = prepared;
  const values = new Map<Contender, (readonly (number | undefined)[])[]>(contenders.map((one) => [one, []]));
  for (let round = 0; round <= row.runs; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const contender = contenders[(round + turn) % contenders.length];
      if (contender === undefined) continue;
      onProgress(`${row.name}: ${round === 0 ? 'warm-up' : `run ${round} of ${row.runs}`}, ${contender.name}`);
      const figures = await runNamed(contender);
      if (round > 0) values.get(contender)?.push(figures);
    }
  }
  const results = contenders.map((contender) => ({
    name: contender.name,
    kind: contender.kind,
    medians: row.measures.map((_, index) => {
      const figures = (values.get(contender) ?? []).flatMap((run) => run[index] ?? []);
      return figures.length === 0 ? undefined : median(figures);
    }),
  }));
  return { row, results, notes };
}

async function runNamed(contender: Contender): ReturnType<Contender['run']> {
  try {
    return await contender.run();
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${contender.name}: ${what}`, { cause });
  }
}

/** Ours divided by the best of the peers, for one measure; undefined when one of them has no figure. */
export function ratioToBest({ row, results }: RowResult, index: number): number | undefined {
  const better = row.measures[index]?.better;
  const ours = results.find(({ kind }) => kind === 'ours')?.medians[index];
  const peers = results.filter(({ kind }) => kind === 'peer').flatMap(({ medians }) => medians[index] ?? []);
  if (ours === undefined || peers.length === 0) return undefined;
  return ours / (better === 'lower' ? Math.min(...peers) : Math.max(...peers));
}
