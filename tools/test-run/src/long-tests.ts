import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Calls of `soak` of `@pure-ftpd/testing`, and of `describeInSoak` of `@pure-ftpd/peers/vitest`. */
const CALL = /\b(?:soak|describeInSoak)\(/;
const IMPORT =
  /^import .*\b(?:soak\b.* from '@pure-ftpd\/testing'|describeInSoak\b.* from '@pure-ftpd\/peers\/vitest');$/m;

/**
 * The test files that have a long form, found by reading them.
 * @param root folder of the repository
 * @param packages folders below it to look in
 * @returns paths relative to the root, sorted
 */
export function longTests(root: string, packages: readonly string[]): string[] {
  return packages
    .flatMap((folder) => globSync(`${folder}/**/*.test.ts`, { cwd: root, exclude: ['**/node_modules', '**/dist'] }))
    .filter((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      return IMPORT.test(text) && CALL.test(text);
    })
    .sort();
}
