import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The path of a sample made by the C programs. */
export function golden(...names: readonly string[]): string {
  return join(import.meta.dirname, '..', '..', 'docs', 'spec', 'golden', ...names);
}

/** The bytes of a sample as latin1, so that nothing is lost. */
export function readGolden(...names: readonly string[]): string {
  return readFileSync(golden(...names), 'latin1');
}

/** The rows of a table of results: columns are separated by tabs, lines with `#` are comments. */
export function goldenTable(...names: readonly string[]): string[][] {
  return readGolden(...names)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t'));
}
