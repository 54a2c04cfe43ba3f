// npm run package:deb: builds every program, and makes a package of them in `packages/`. `--node FOLDER` and `--processor NAME` make one
// for another processor, of a Node that was unpacked there; `--quick` packs it in seconds, for a test.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

import { makeDeb } from './deb.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(root, 'packages') },
    node: { type: 'string', default: dirname(dirname(process.execPath)) },
    processor: { type: 'string', default: process.arch },
    quick: { type: 'boolean', default: false },
  },
});
const { version }: { readonly version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
try {
  process.stdout.write(`${makeDeb({ root, version, ...values, isQuick: values.quick })}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
