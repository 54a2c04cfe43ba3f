// Two programs are given the same, line by line, and must do the same, but for differences that somebody decided and gave a
// reason for. A reason without its difference is as wrong as a difference without its reason.

/** What a program did with one line of a script. */
export interface Observation {
  readonly section: string;
  readonly line: string;
  /** What is compared, and shown when it differs. */
  readonly result: string;
}

/** A difference that is meant. */
export interface Difference {
  readonly section: string;
  readonly line: string;
  /** What each does; where it is left out, it is only known that they differ. */
  readonly c?: string;
  readonly ours?: string;
  readonly reason: string;
}

export interface Comparison {
  /** Lines on which the two differ, or differ otherwise than the table says, each with what both did. */
  readonly unexplained: readonly string[];
  /** Entries of the table that no longer hold. */
  readonly stale: readonly string[];
  readonly compared: number;
}

/** Longer lines are cut to what is around the first byte that differs. */
const WIDTH = 200;

function excerpt(line: string, other: string): string {
  if (line.length <= WIDTH) return line;
  let same = 0;
  while (same < line.length && line[same] === other[same]) same += 1;
  const from = Math.max(0, same - WIDTH / 2);
  return `${from > 0 ? '...' : ''}${line.slice(from, from + WIDTH)}${from + WIDTH < line.length ? '...' : ''}`;
}

/** The lines of a text that another has not, indented. */
function onlyIn(text: string, other: string): string {
  const others = other.split('\n');
  return text
    .split('\n')
    .filter((line) => !others.includes(line))
    .map(
      (line, index) =>
        `      ${excerpt(line, others.find((candidate) => candidate.slice(0, 8) === line.slice(0, 8)) ?? others[index] ?? '')}`,
    )
    .join('\n');
}

function name({ section, line }: Difference | Observation): string {
  return `[${section}] ${line}`;
}

function describe(where: Observation, c: string, ours: string): string {
  return `${name(where)}\n    C\n${onlyIn(c, ours)}\n    ours\n${onlyIn(ours, c)}`;
}

function isFor(difference: Difference, { section, line }: Observation): boolean {
  return difference.section === section && difference.line === line;
}

function isAsDecided(difference: Difference, c: string, ours: string): boolean {
  return (difference.c ?? c) === c && (difference.ours ?? ours) === ours;
}

/** Compares two runs of one script. Throws an Error when they are not of the same lines. */
export function compareRuns(
  c: readonly Observation[],
  ours: readonly Observation[],
  decided: readonly Difference[],
): Comparison {
  const unexplained: string[] = [];
  const held = new Set<Difference>();
  for (const [index, theirs] of c.entries()) {
    const own = ours[index];
    if (own === undefined || own.section !== theirs.section || own.line !== theirs.line)
      throw new Error(`the runs are not of one script, from [${theirs.section}] ${theirs.line}`);
    if (theirs.result === own.result) continue;
    const difference = decided.find((entry) => isFor(entry, theirs) && isAsDecided(entry, theirs.result, own.result));
    if (difference === undefined) unexplained.push(describe(theirs, theirs.result, own.result));
    else held.add(difference);
  }
  if (ours.length !== c.length) throw new Error('one run has more lines than the other');
  const stale = decided.filter((entry) => !held.has(entry)).map((entry) => `${name(entry)}\n    ${entry.reason}`);
  return { unexplained, stale, compared: c.length };
}

/** The text of a failed test; empty when there is nothing to say. */
export function report({ unexplained, stale, compared }: Comparison): string {
  const parts = [
    ...(unexplained.length > 0 ? [`${unexplained.length} of ${compared} lines differ without a reason:`] : []),
    ...unexplained,
    ...(stale.length > 0 ? [`${stale.length} decided differences are none (any more):`] : []),
    ...stale,
  ];
  return parts.join('\n');
}

/** A part of a script: `== name` begins one, `#` a comment. */
export interface Section {
  readonly name: string;
  readonly lines: readonly string[];
}

/** Reads a script. Lines are taken as they are; empty ones are left out. Throws an Error for a line before the first section. */
export function parseScript(text: string): Section[] {
  const sections: { name: string; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('== ')) {
      sections.push({ name: line.slice(3), lines: [] });
      continue;
    }
    const section = sections.at(-1);
    if (section === undefined) throw new Error(`a line before the first section: ${line}`);
    section.lines.push(line);
  }
  return sections;
}

/** Runs a task for each item, some at a time; results are in the order of the items. */
export async function mapSome<T, R>(items: readonly T[], atOnce: number, task: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index];
      if (item !== undefined) results[index] = await task(item);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
