import { globSync } from 'node:fs';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { entry } from './entry.ts';
import { notices } from './notices.ts';
import { stamp } from './stamp.ts';

/** CommonJS packages inside an ES module bundle still call `require` for what Node brings. */
const REQUIRE =
  "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);";

/** Clients of databases and directories: loaded by the one process that needs one, and never part of what starts. */
const ON_DEMAND = ['mysql2', 'pg', 'ldapts'];

/** The files that make a bundle of sources: another of them makes another bundle. */
function ownFiles(): string[] {
  return globSync('*.ts', { cwd: import.meta.dirname, exclude: ['*.test.ts'] }).map((name) =>
    join(import.meta.dirname, name),
  );
}

/**
 * Builds the program in `folder` (`src/main.ts`) into `dist/NAME.js`, which checks the Node it runs on and loads
 * `dist/NAME.bundle.js`, the program and everything it imports except native code and what is loaded on demand. Beside them are `NAME.notices.txt`, the
 * licences of what is in it, and last `NAME.sources`, by which the launcher knows what it was built of. What was in `dist`
 * before is removed.
 *
 * @param root The folder of the repository.
 * Node’s compile cache is not used: it saved nothing that could be measured (60 ms of CPU time with and without), and its
 * usual place below /tmp is not one from which a server of root may load code.
 */
export async function bundleProgram(root: string, folder: string, name: string): Promise<void> {
  const dist = join(folder, 'dist');
  await rm(dist, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: root,
    metafile: true,
    entryPoints: { [`${name}.bundle`]: join(folder, 'src', 'main.ts') },
    outdir: dist,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    external: ['koffi', ...ON_DEMAND],
    banner: { js: REQUIRE },
    logLevel: 'warning',
  });
  await writeFile(join(dist, `${name}.js`), entry(name), { mode: 0o755 });
  const inputs = Object.keys(metafile.inputs).map((file) => join(root, file));
  await writeFile(
    join(dist, `${name}.notices.txt`),
    notices(name, await readFile(join(root, 'LICENSE'), 'utf8'), inputs),
  );
  await writeFile(join(dist, `${name}.sources`), stamp(root, [...inputs, ...ownFiles()]));
  const files = await readdir(dist);
  if (files.length !== 4) throw new Error(`${name}: unexpected files in ${dist}: ${files.join(' ')}`);
}
