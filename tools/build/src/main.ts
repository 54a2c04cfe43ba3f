// Usage: node tools/build/src/main.ts NAME: bundles apps/NAME, or builds the packages of the library @pure-ftpd/NAME.
import { join } from 'node:path';
import { bundleProgram } from './bundle.ts';
import { buildLibrary } from './library.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const name = process.argv[2];
if (name === undefined) {
  process.stderr.write('usage: main.ts NAME\n');
  process.exit(2);
}
try {
  if (name.startsWith('@')) {
    const folder = join(root, 'libs', name.slice(name.indexOf('/') + 1));
    buildLibrary(root, name, join(folder, 'dist'));
  } else await bundleProgram(root, join(root, 'apps', name), name);
} catch (error) {
  // esbuild has shown where; its stack would only hide that.
  process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
