// npm run reference: writes the reference of the server library from its docstrings. A link that leads nowhere is an error. With --check
// it writes nothing, names the pages that are not current, and ends with 1.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Application } from 'typedoc';

import { renderReference } from './library/render.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const libraries = join(root, 'libs');
const library = join(libraries, 'server');
const folder = join(library, 'docs', 'reference');

const app = await Application.bootstrap({
  name: '@pure-ftpd/server',
  entryPoints: [join(library, 'src', 'index.ts')],
  tsconfig: join(library, 'tsconfig.json'),
  readme: 'none',
  excludePrivate: true,
  excludeExternals: true,
  // Whose names these are is asked of their files; links to lines would change with every line.
  disableGit: true,
  sourceLinkTemplate: '{path}',
  sort: ['source-order'],
  // The compiler has its own turn.
  skipErrorChecking: true,
  // What the public door does not export is a part of an exported type that has no meaning of its own.
  validation: { notExported: false, invalidLink: true, rewrittenLink: true },
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true,
});
const project = await app.convert();
if (project !== undefined) app.validate(project);
if (project === undefined || app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1);

const isCheck = process.argv.includes('--check');
const files = renderReference(project, libraries);
mkdirSync(folder, { recursive: true });
const present = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
const old = [...new Set([...files.keys(), ...present.keys()])].filter((name) => files.get(name) !== present.get(name));
for (const name of old) {
  const text = files.get(name);
  if (isCheck) {
    process.stderr.write(`libs/server/docs/reference/${name} is not what the docstrings say: npm run reference\n`);
    process.exitCode = 1;
  } else if (text === undefined) rmSync(join(folder, name));
  else writeFileSync(join(folder, name), text);
}
