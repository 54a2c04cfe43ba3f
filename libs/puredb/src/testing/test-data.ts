import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Files made by the C tools. */
export function testData(name: string): string {
  return fileURLToPath(new URL(`../../test-data/${name}`, import.meta.url));
}

/** The rows of a table, without its comments. */
export function testTable(name: string): string[][] {
  return readFileSync(testData(name), 'latin1')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t'));
}
