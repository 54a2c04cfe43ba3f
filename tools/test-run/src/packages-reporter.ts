import { join, sep } from 'node:path';
import { readWorkspace, workspaceRoot } from '@pure-ftpd/workspace';
import type { Reporter, TestModule } from 'vitest/node';
import { writeReport } from './report.ts';
import { reportOf } from './reporter.ts';

/** A Vitest reporter of a run of all packages: leaves the report of each in its folder, and what belongs to none in the root. */
export default class PackagesReportWriter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    for (const { folder } of readWorkspace(workspaceRoot)) {
      const place = join(workspaceRoot, folder);
      const own = modules.filter(({ moduleId }) => moduleId.startsWith(place + sep));
      if (own.length > 0) writeReport(place, reportOf(own, []));
    }
    writeReport(workspaceRoot, reportOf([], unhandledErrors));
  }
}
