// Usage: node tools/build/src/main.ts NAME: bundles apps/NAME.
import { join } from 'node:path';
import { bundleProgram } from './bundle.ts';

const name = process.argv[2];
if (name === undefined) {
  process.stderr.write('usage: main.ts NAME\n');
  process.exit(2);
}
try {
  await bundleProgram(join(import.meta.dirname, '..', '..', '..', 'apps', name), name);
} catch (error) {
  // esbuild has shown where; its stack would only hide that.
  process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
