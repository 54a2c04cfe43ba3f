import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { RawClient } from '@pure-ftpd/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildLibrary } from './library.ts';
import { type Consumer, installedLibrary, started } from './testing/consumer.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const run = promisify(execFile);

// The library of the repository that others install: built, packed, and installed in a folder that has nothing else.
let installed: Consumer;
let consumer = '';
beforeAll(async () => {
  installed = await installedLibrary();
  consumer = installed.path;
});
afterAll(() => installed[Symbol.dispose]());

/** The whole programs that a README prints, with a port and folders that are there. */
function printedPrograms(): string[] {
  const readme = readFileSync(join(consumer, 'node_modules/@pure-ftpd/server/README.md'), 'utf8');
  const blocks = Array.from(readme.matchAll(/```ts\n(.*?)```/gs), ([, code = '']) => code);
  mkdirSync(join(consumer, 'files'), { recursive: true });
  return blocks
    .filter((code) => code.startsWith('import '))
    .map((code) =>
      code
        .replace(/'\/srv\/ftp[/\w]*'/g, JSON.stringify(join(consumer, 'files')))
        .replace('0.0.0.0', '127.0.0.1')
        .replace('port: 2121', 'port: 0')
        .replace(
          'await server.serveForever',
          'await server.listen();\nconsole.log(`port ${server.addresses[0]?.port}`);\nawait server.serveForever',
        ),
    );
}

test('what is installed is JavaScript and declarations, and no test', () => {
  const files = readdirSync(join(consumer, 'node_modules/@pure-ftpd'), { recursive: true, encoding: 'utf8' });
  const code = files.filter((name) => /\.[cm]?[jt]s$/.test(name) && !name.startsWith('server/examples/'));
  expect(code.filter((name) => !/\.js$|\.d\.ts$/.test(name) || /test/.test(name))).toEqual([]);
  expect(code).toContain('server/lib/index.js');
  for (const name of [
    'server/examples/basic.ts',
    'server/README.md',
    'server/LICENSE',
    'server/docs/reference/README.md',
    'jail/package.json',
  ])
    expect(files).toContain(name);
});

test('the programs of the README type-check against it, the declarations included', async () => {
  const names = printedPrograms().map((program, at) => {
    writeFileSync(join(consumer, `main${at}.ts`), program);
    return `main${at}.ts`;
  });
  expect(names).toHaveLength(3);
  const compilerOptions = {
    target: 'esnext',
    module: 'nodenext',
    strict: true,
    skipLibCheck: false,
    noEmit: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  };
  writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: names }));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  await expect(run(process.execPath, [compiler, '-p', consumer])).resolves.toMatchObject({ stdout: '' });
});

test('a CommonJS program type-checks against it as Node 16 resolves, and runs', async () => {
  const program = [
    "import { createServer, DummyAuthorizer, FTPHandler, type Permission } from '@pure-ftpd/server';",
    "const letters: Permission = 'e';",
    "const server = createServer({ root: '.', users: { user: 'secret' } });",
    'console.log(letters, typeof server.listen, typeof FTPHandler, typeof DummyAuthorizer, typeof require);',
  ];
  writeFileSync(join(consumer, 'main.cts'), program.join('\n'));
  const compilerOptions = {
    target: 'es2023',
    module: 'node16',
    strict: true,
    skipLibCheck: false,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  };
  writeFileSync(join(consumer, 'tsconfig.cjs.json'), JSON.stringify({ compilerOptions, files: ['main.cts'] }));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  await expect(run(process.execPath, [compiler, '-p', join(consumer, 'tsconfig.cjs.json')])).resolves.toMatchObject({
    stdout: '',
  });
  const { stdout } = await run(process.execPath, [join(consumer, 'main.cjs')]);
  expect(stdout).toBe('e function function function function\n');
});

test('each manifest has what npm and users ask for, and where the sources are once that is named', () => {
  const { repository }: { readonly repository?: object } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const folder of installed.packages) {
    expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toMatchObject({
      license: 'MIT',
      type: 'module',
      sideEffects: false,
      engines: { node: '>=22.12' },
      publishConfig: { access: 'public' },
      ...(repository && { repository: { ...repository, directory: `libs/${basename(folder)}` } }),
    });
  }
});

test('npm would publish each of the packages', async () => {
  for (const cwd of installed.packages) {
    const { stdout } = await run('npm', ['publish', '--dry-run', '--offline', '--json'], { cwd });
    expect(stdout).toContain('"README.md"');
  }
});

test('the programs of the README serve as they are printed', async () => {
  for (const [at, program] of printedPrograms().entries()) {
    // The one for production wants a certificate, and a name.
    if (!program.includes('serveForever')) continue;
    writeFileSync(join(consumer, `main${at}.ts`), program);
    await using server = await started([process.execPath, `main${at}.ts`], consumer);
    const client = await RawClient.login(server.port, 'user', 'secret');
    expect((await client.command('PWD')).code).toBe(257);
    expect((await client.command('QUIT')).code).toBe(221);
    client.close();
  }
});

test('a mistake in a source is an error in the words of the compiler', () => {
  const broken = join(consumer, '..', 'broken');
  const library = join(broken, 'libs/one');
  mkdirSync(join(library, 'src'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(broken, 'node_modules'));
  cpSync(join(root, 'tsconfig.base.json'), join(broken, 'tsconfig.base.json'));
  writeFileSync(
    join(library, 'package.json'),
    JSON.stringify({ name: '@pure-ftpd/one', version: '1.0.0', exports: { '.': './src/index.ts' }, dependencies: {} }),
  );
  writeFileSync(join(library, 'src/index.ts'), "export const one: number = 'one';\n");
  expect(() => buildLibrary(broken, '@pure-ftpd/one', join(library, 'dist'))).toThrow(/TS2322/);
});
