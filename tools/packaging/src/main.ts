// npm run package:deb and package:npm: build every program, and make packages of them in `packages/`. `--node FOLDER` and
// `--processor NAME` make one for another processor, with a Node that was unpacked there; `--quick` packs in seconds, for a test.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

import { makeDeb } from './deb.ts';
import { makeNpm } from './npm.ts';

/** As the build takes it for its target. */
const OLDEST_NODE = 24;

const root = join(import.meta.dirname, '..', '..', '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: join(root, 'packages') },
    node: { type: 'string', default: dirname(dirname(process.execPath)) },
    processor: { type: 'string', default: process.arch },
    quick: { type: 'boolean', default: false },
  },
});
const { version }: { readonly version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const { out, node, processor, quick } = values;
const KINDS: Readonly<Record<string, () => readonly string[]>> = {
  deb: () => [makeDeb({ root, version, node, processor, out, isQuick: quick })],
  npm: () =>
    makeNpm({
      root,
      version,
      oldestNode: OLDEST_NODE,
      platform: { processor, libc: 'linux' },
      out: join(out, 'npm'),
    }).map((name) => join(out, 'npm', name)),
};
try {
  const make = KINDS[positionals[0] ?? ''];
  if (make === undefined) throw new Error(`usage: main.ts ${Object.keys(KINDS).join('|')} [--out FOLDER] ...`);
  for (const path of make()) process.stdout.write(`${path}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
