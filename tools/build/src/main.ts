// Usage: node tools/build/src/main.ts NAME: bundles apps/NAME.
import { join } from 'node:path';
import { bundleProgram } from './bundle.ts';

const name = process.argv[2];
if (name === undefined) throw new Error('usage: main.ts NAME');
await bundleProgram(join(import.meta.dirname, '..', '..', '..', 'apps', name), name);
