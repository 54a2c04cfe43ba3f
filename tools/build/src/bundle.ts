import { globSync } from 'node:fs';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { builtinModules, isBuiltinInput } from './builtin-modules.ts';
import { entry } from './entry.ts';
import { notices } from './notices.ts';
import { stamp } from './stamp.ts';

/** CommonJS packages inside an ES module bundle still call `require` for what Node brings, and for what is beside the bundle. */
const REQUIRE =
  "const require = (name) => process.getBuiltinModule(name) ?? process.getBuiltinModule('node:module').createRequire(import.meta.url)(name);";

/** What packages would load where it is there: native code of databases, and what other runtimes bring. */
const NEVER = ['pg-native', 'pg-cloudflare', 'cloudflare:sockets'];

/** The files that make a bundle of sources: another of them makes another bundle. */
function ownFiles(): string[] {
  return globSync('*.ts', { cwd: import.meta.dirname, exclude: ['*.test.ts'] }).map((name) =>
    join(import.meta.dirname, name),
  );
}

/**
 * Builds the program in `folder` (`src/main.ts`) into `dist/NAME.js`, which checks the Node it runs on and loads
 * `dist/NAME.bundle.js`, the program and what it imports except native code. What is loaded on demand (the client of a database, a live
 * table) is in files `NAME-….js` of its own, so that nobody parses what is not used. Beside them are `NAME.notices.txt`, the licences
 * of what is in it, and last `NAME.sources`, by which the launcher knows what it was built of. What was in `dist` before is removed.
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
    chunkNames: `${name}-[name]-[hash]`,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // Comments have characters beyond ASCII: V8 would keep two bytes for each character of the file.
    minifyWhitespace: true,
    lineLimit: 120,
    external: ['koffi', ...NEVER],
    banner: { js: REQUIRE },
    plugins: [builtinModules],
    logLevel: 'warning',
  });
  await writeFile(join(dist, `${name}.js`), entry(name), { mode: 0o755 });
  const inputs = Object.keys(metafile.inputs)
    .filter((input) => !isBuiltinInput(input))
    .map((file) => join(root, file));
  await writeFile(
    join(dist, `${name}.notices.txt`),
    notices(name, await readFile(join(root, 'LICENSE'), 'utf8'), inputs),
  );
  await writeFile(join(dist, `${name}.sources`), stamp(root, [...inputs, ...ownFiles()]));
  const strange = (await readdir(dist)).filter((file) => !/\.(?:js|notices\.txt|sources)$/.test(file));
  if (strange.length > 0) throw new Error(`${name}: unexpected files in ${dist}: ${strange.join(' ')}`);
}
