// What the tests of this package share.
import { execFileSync } from 'node:child_process';

const door = JSON.stringify(new URL('index.ts', import.meta.url).href);

/** Whether tests that need root can run. */
export const isRoot = process.getuid?.() === 0;

/** The text of a module that begins with the public door as `posix`. */
export function script(...lines: readonly string[]): string[] {
  return ['--input-type=module', '--eval', [`const posix = await import(${door});`, ...lines].join('\n')];
}

/** Runs such a module in a Node of its own and answers what it printed, as JSON. */
export function runJson(...lines: readonly string[]): unknown {
  return JSON.parse(execFileSync(process.execPath, script(...lines), { encoding: 'utf8' }));
}
