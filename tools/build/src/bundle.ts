import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { entry } from './entry.ts';

/** CommonJS packages inside an ES module bundle still call `require` for what Node brings. */
const REQUIRE =
  "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);";

/**
 * Builds the program in `folder` (`src/main.ts`) into `dist/NAME.js`, which checks the Node it runs on and loads
 * `dist/NAME.bundle.js`, the program and everything it imports except native code. What was in `dist` before is removed.
 *
 * Node’s compile cache is not used: it saved nothing that could be measured (60 ms of CPU time with and without), and its
 * usual place below /tmp is not one from which a server of root may load code.
 */
export async function bundleProgram(folder: string, name: string): Promise<void> {
  const dist = join(folder, 'dist');
  await rm(dist, { recursive: true, force: true });
  await build({
    entryPoints: { [`${name}.bundle`]: join(folder, 'src', 'main.ts') },
    outdir: dist,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    external: ['koffi'],
    banner: { js: REQUIRE },
    logLevel: 'warning',
  });
  await writeFile(join(dist, `${name}.js`), entry(name), { mode: 0o755 });
  const files = await readdir(dist);
  if (files.length !== 2) throw new Error(`${name}: unexpected files in ${dist}: ${files.join(' ')}`);
}
