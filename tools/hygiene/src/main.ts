// npm run hygiene: fails when a file under version control, or about to be, is no source, or holds text that has no place there: a
// path of this machine, the address of a package registry, a mark of work put off.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findings, isSource, rulesFor } from './rules.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** Samples written by other programs hold what they hold. */
const SAMPLES = /(^|\/)(golden|test-data)\//;

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
  for (const line of findings(path, content.toString(), rules)) {
    process.stderr.write(`${line}\n`);
    found += 1;
  }
}
if (found > 0) process.exitCode = 1;
