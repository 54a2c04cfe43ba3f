import { basename, join, sep } from 'node:path';
import { workspaceRoot } from '@pure-ftpd/workspace';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What crosses packages, and what starts a server of several processes for each test: files that take longest, whatever their size. */
const CROSS = join(workspaceRoot, 'test') + sep;
const SEPARATED = 'separated-';

function isLong({ moduleId }: TestSpecification): boolean {
  return moduleId.startsWith(CROSS) || basename(moduleId).startsWith(SEPARATED);
}

/** Vitest's order of test files, but that no long one is left for the end, when other workers have nothing to do any more. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => Number(isLong(b)) - Number(isLong(a)));
  }
}
