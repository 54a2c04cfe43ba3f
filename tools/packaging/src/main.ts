// npm run package:deb, package:rpm, package:tar and package:npm: build every program, and make packages of them in `packages/`.
// `--processor arm64` makes them for another processor, `--libc musl` one tarball of two; `--quick` packs in seconds, for a test.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { makeDeb } from './deb.ts';
import { makeNpm } from './npm.ts';
import { partsFor } from './parts.ts';
import { makeRpm } from './rpm.ts';
import type { PackageOptions } from './system-files.ts';
import { makeTar } from './tar.ts';

/** As the build takes it for its target. */
const OLDEST_NODE = 24;

const KINDS: Readonly<Record<string, (options: PackageOptions, libc: string | undefined) => readonly string[]>> = {
  deb: (options) => [makeDeb(options)],
  rpm: (options) => [makeRpm(options)],
  tar: (options, libc) =>
    (['linux', 'musl'] as const)
      .filter((one) => libc === undefined || libc === one)
      .map((one) => makeTar(options, one)),
  npm: ({ root, version, processor, modules, out }) => {
    const platform = { processor, libc: 'linux', modules } as const;
    const folder = join(out, 'npm');
    return makeNpm({ root, version, oldestNode: OLDEST_NODE, platform, out: folder }).map((name) => join(folder, name));
  },
};

const root = join(import.meta.dirname, '..', '..', '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: join(root, 'packages') },
    processor: { type: 'string', default: process.arch },
    libc: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
});
try {
  const make = KINDS[positionals[0] ?? ''];
  if (make === undefined) throw new Error(`usage: main.ts ${Object.keys(KINDS).join('|')} [--out FOLDER] ...`);
  const { version }: { readonly version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { out, processor, libc, quick } = values;
  const options = { root, version, processor, out, isQuick: quick, ...partsFor(root, processor) };
  for (const path of make(options, libc)) process.stdout.write(`${path}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
