// npm run boundaries: fails when a package imports, or its manifest says, what the layout of the workspace forbids.
import { workspaceRoot } from '@pure-ftpd/workspace';
import { check } from './check.ts';

const problems = check(workspaceRoot);
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exitCode = 1;
