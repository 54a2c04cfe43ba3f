import { cpus } from 'node:os';
import { readFileSync } from 'node:fs';
import type { RowResult } from './measure.ts';
import { cellsOf, markdownTable, textTable } from './table.ts';

/** What the figures were measured on, and how far it is from the usual. No names, no paths. */
export function machine(
  versions: Readonly<Record<string, string>>,
  { scale, disk, discard }: { readonly scale: number; readonly disk: boolean; readonly discard: boolean },
): string {
  const date = new Date().toISOString().slice(0, 10);
  const memory = /^MemTotal:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    date,
    `${cpus().length} cores`,
    `${Math.round(Number(memory) / 2 ** 20)} GiB`,
    `Node ${process.versions.node}`,
    ...programs,
    disk ? 'files on a disk' : 'files in memory',
    ...(discard ? ['downloads not read by the client'] : []),
    ...(scale === 1 ? [] : [`sizes multiplied by ${scale}: to try things out only`]),
  ].join(', ');
}

export function asText(result: RowResult): string {
  const notes = result.notes.map((note) => `  ${note}`);
  const table = result.results.length > 0 ? [textTable(cellsOf(result))] : [];
  return [`${result.row.name}: ${result.row.title}`, ...table, ...notes, ''].join('\n');
}

export function asMarkdown(results: readonly RowResult[], on: string): string {
  const parts = results.map((result) => {
    const notes = result.notes.map((note) => `- ${note}`);
    return [
      `### ${result.row.name}`,
      `${result.row.title} Median of ${result.runs}.`,
      ...(result.results.length > 0 ? [markdownTable(cellsOf(result))] : []),
      ...(notes.length > 0 ? [notes.join('\n')] : []),
    ].join('\n\n');
  });
  return [`Measured: ${on}.`, ...parts].join('\n\n') + '\n';
}
