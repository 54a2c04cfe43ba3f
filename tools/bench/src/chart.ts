import { ratioToBest, type RowResult } from './measure.ts';

/** One bar: how many times better ours is than the best of the others, below 1 when it is worse. */
interface Bar {
  readonly row: string;
  readonly better: number;
}

const WIDTH = 760;
const LABELS = 170;
const VALUES = 70;
const LINE = 24;
const TOP = 48;
const BOTTOM = 28;
const SMALL_LINE = 16;
/** Characters of the small print that go into a line. */
const SMALL_CHARACTERS = 110;

/** The axis ends here on both sides, in powers of two: a bar that goes beyond is cut off, its figure is not. */
const ENDS = 4;

/** The colours of both kinds of page; a viewer that cannot tell takes the first. */
const STYLE = `
    text { font: 13px system-ui, sans-serif; fill: #24292f; }
    .small { font-size: 11px; fill: #57606a; }
    .grid { stroke: #d0d7de; }
    .even { stroke: #57606a; }
    .ahead { fill: #2da44e; }
    .behind { fill: #bc4c00; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3; }
      .small { fill: #9198a1; }
      .grid { stroke: #30363d; }
      .even { stroke: #9198a1; }
      .ahead { fill: #3fb950; }
      .behind { fill: #db6d28; }
    }`;

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The first measure of each row that has one to compare. */
export function barsOf(results: readonly RowResult[]): Bar[] {
  return results.flatMap((result) => {
    const ratio = ratioToBest(result, 0);
    if (ratio === undefined || ratio <= 0) return [];
    const lower = result.row.measures[0]?.better === 'lower';
    return [{ row: result.row.name, better: lower ? 1 / ratio : ratio }];
  });
}

/** Where a ratio is on the axis, which is logarithmic: twice as good is as far from 1 as half as good. */
function xOf(ratio: number): number {
  const power = Math.max(-ENDS, Math.min(ENDS, Math.log2(ratio)));
  return LABELS + ((power + ENDS) / (2 * ENDS)) * (WIDTH - LABELS - VALUES);
}

function axis(bottom: number): string[] {
  const powers = Array.from({ length: 2 * ENDS + 1 }, (_, index) => index - ENDS);
  return powers.map((power) => {
    const x = xOf(2 ** power).toFixed(1);
    const name = power < 0 ? `1/${2 ** -power}` : String(2 ** power);
    const line = `<line class="${power === 0 ? 'even' : 'grid'}" x1="${x}" x2="${x}" y1="${TOP - 6}" y2="${bottom}"/>`;
    return `${line}<text class="small" x="${x}" y="${TOP - 12}" text-anchor="middle">${name}</text>`;
  });
}

function drawn({ row, better }: Bar, index: number): string {
  const y = TOP + index * LINE;
  const [from, to] = [xOf(1), xOf(better)].toSorted((a, b) => a - b);
  const bar = `<rect class="${better >= 1 ? 'ahead' : 'behind'}" x="${from?.toFixed(1)}" y="${y + 4}" width="${Math.max(1, (to ?? 0) - (from ?? 0)).toFixed(1)}" height="${LINE - 8}" rx="2"/>`;
  const label = `<text x="${LABELS - 12}" y="${y + 17}" text-anchor="end">${escape(row)}</text>`;
  const value = `<text x="${WIDTH - 8}" y="${y + 17}" text-anchor="end">${better.toFixed(2)}</text>`;
  return `${label}${bar}${value}`;
}

/** Lines of parts that stand between commas. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const part of text.split(/(?<=,) /)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + part.length >= SMALL_CHARACTERS) lines.push(part);
    else lines[lines.length - 1] = `${last} ${part}`;
  }
  return lines;
}

/**
 * An SVG chart, readable on light and dark pages: for each row, how many times better ours is than the best of the others in
 * the first of its measures.
 */
export function chart(results: readonly RowResult[], on: string): string {
  const bars = barsOf(results);
  const places = wrapped(on);
  const bottom = TOP + bars.length * LINE;
  const height = bottom + BOTTOM + places.length * SMALL_LINE;
  const title = 'Times better than the best other server (1: as good)';
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${title}">`,
    `<style>${STYLE}\n  </style>`,
    `<text x="${LABELS}" y="16">${title}</text>`,
    ...axis(bottom),
    ...bars.map(drawn),
    ...places.map(
      (place, index) => `<text class="small" x="8" y="${bottom + BOTTOM + index * SMALL_LINE}">${escape(place)}</text>`,
    ),
    '</svg>',
  ];
  return `${lines.join('\n  ')}\n`;
}
