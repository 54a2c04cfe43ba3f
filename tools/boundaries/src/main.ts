// npm run boundaries: fails when a package imports, or its manifest says, what the layout of the workspace forbids.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readWorkspace, workspaceRoot } from '@pure-ftpd/workspace';
import { check } from './check.ts';
import { checkLock } from './check-lock.ts';
import { checkReadme } from './check-readme.ts';
import { MAY_IMPORT } from './layout.ts';

const lock: unknown = JSON.parse(readFileSync(join(workspaceRoot, 'package-lock.json'), 'utf8'));
const packages = readWorkspace(workspaceRoot);
const readme = readFileSync(join(workspaceRoot, 'README.md'), 'utf8');
const folders = packages.map(({ folder }) => folder);
const problems = [...check(workspaceRoot), ...checkLock(packages, lock), ...checkReadme(readme, folders, MAY_IMPORT)];
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exitCode = 1;
