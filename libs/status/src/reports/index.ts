// The door to reports of other hosts.

export { readReport } from './read-report.ts';
export { reportsSource } from './reports-source.ts';
