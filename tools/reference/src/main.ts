// npm run reference: writes the API reference of the server library to tools/reference/dist. A link that leads nowhere is an
// error.
import { join } from 'node:path';
import { Application } from 'typedoc';

const root = join(import.meta.dirname, '..', '..', '..');
const library = join(root, 'libs', 'server');

const app = await Application.bootstrap({
  name: '@pure-ftpd/server',
  entryPoints: [join(library, 'src', 'index.ts')],
  tsconfig: join(library, 'tsconfig.json'),
  readme: join(library, 'README.md'),
  out: join(import.meta.dirname, '..', 'dist'),
  excludePrivate: true,
  // Sources are shown by the repository, at the version that is installed.
  disableSources: true,
  // What the public door does not export is a part of an exported type that has no meaning of its own.
  validation: { notExported: false, invalidLink: true, rewrittenLink: true },
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true,
});
const project = await app.convert();
if (project !== undefined) {
  app.validate(project);
  await app.generateOutputs(project);
}
if (project === undefined || app.logger.hasErrors() || app.logger.hasWarnings()) process.exitCode = 1;
