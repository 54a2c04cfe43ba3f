// npm run hygiene: fails when a file under version control, or about to be, is no source, or holds text that has no place there: a
// path of this machine, the address of a package registry, a mark of work put off, a citation of the specification that leads nowhere.
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { deadCitations, sectionsOf, type Specification } from './citations.ts';
import { errorCodeProblems } from './error-codes.ts';
import { findings, isSource, rulesFor } from './rules.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** Samples written by other programs hold what they hold. */
const SAMPLES = /(^|\/)(golden|test-data)\//;

/** The pages number their own sections, and cite each other by short names. */
const SPECIFICATION = /^docs\/spec\//;

function readSpecification(folder: string): Specification {
  const pages = globSync('*.md', { cwd: folder });
  return {
    pages: new Map(pages.map((page) => [basename(page, '.md'), sectionsOf(readFileSync(join(folder, page), 'utf8'))])),
    hasSample: (path) => existsSync(join(folder, 'golden', path)),
  };
}

const specification = readSpecification(join(root, 'docs', 'spec'));
const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'], {
  cwd: root,
  encoding: 'utf8',
});
const rules = rulesFor(root, process.env['npm_config_registry']);
let found = 0;
for (const path of listed.split('\0').filter((name) => name !== '' && !SAMPLES.test(name))) {
  let content: Buffer;
  try {
    content = readFileSync(join(root, path));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') continue; // deleted, and not yet committed so
    throw error;
  }
  if (!isSource(path)) {
    process.stderr.write(
      `${path}: no source: delete it, ignore it, or keep it as a sample in a folder named test-data\n`,
    );
    found += 1;
  }
  // A NUL byte in the beginning is what Git takes for binary too.
  if (content.subarray(0, 8000).includes(0)) continue;
  const text = content.toString();
  const lines = findings(path, text, rules);
  if (!SPECIFICATION.test(path)) lines.push(...deadCitations(path, text, specification));
  for (const line of lines) {
    process.stderr.write(`${line}\n`);
    found += 1;
  }
}
const librarySources = globSync('libs/*/src/**/*.ts', { cwd: root }).map((path) =>
  readFileSync(join(root, path), 'utf8'),
);
for (const line of errorCodeProblems(readFileSync(join(root, 'docs', 'errors.md'), 'utf8'), librarySources)) {
  process.stderr.write(`${line}\n`);
  found += 1;
}
if (found > 0) process.exitCode = 1;
