import type { SessionSource } from '../session-source.ts';
import { readReport } from './read-report.ts';
import { reportBytes } from './report-file.ts';

/**
 * The sessions of other hosts, by what `pure-ftpwho -x` printed there. Files are read anew at each look.
 * @param names Paths of files; `-` for standard input. A look throws ReportError for what is no report.
 */
export function reportsSource(names: readonly string[]): SessionSource {
  return {
    look: async (now) => names.flatMap((name) => readReport(reportBytes(name), name, now)),
    hasServers: true,
  };
}
