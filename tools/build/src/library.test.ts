import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildLibrary } from './library.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const run = promisify(execFile);

// The library of the repository that others install: built, packed, and installed in a folder that has nothing else.
let folder = '';
let consumer = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'library-'));
  consumer = join(folder, 'consumer');
  mkdirSync(consumer);
  writeFileSync(join(consumer, 'package.json'), '{"name":"consumer","private":true,"type":"module"}');
  const packages = buildLibrary(root, '@pure-ftpd/server', join(folder, 'built'));
  await run('npm', ['pack', '--silent', '--pack-destination', folder, ...packages]);
  const tarballs = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  if (tarballs.length !== packages.length) throw new Error(`packed: ${tarballs.join(' ')}`);
  const quiet = [
    '--offline',
    '--no-audit',
    '--no-fund',
    '--omit=optional',
    '--omit=peer',
    '--cache',
    join(folder, 'cache'),
  ];
  await run('npm', ['install', ...quiet, ...tarballs.map((name) => join(folder, name))], { cwd: consumer });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The first example of the README, with a port and folders that are there. */
function readmeExample(): string {
  const readme = readFileSync(join(consumer, 'node_modules/@pure-ftpd/server/README.md'), 'utf8');
  const code = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? '';
  mkdirSync(join(folder, 'files'), { recursive: true });
  return code
    .replace(/'\/srv\/ftp\/\w+'/g, JSON.stringify(join(folder, 'files')))
    .replace('0.0.0.0', '127.0.0.1')
    .replace('port: 2121', 'port: 0')
    .replace(
      'await server.serveForever',
      'await server.listen();\nconsole.log(server.addresses[0]?.port);\nawait server.serveForever',
    );
}

test('what is installed is JavaScript and declarations, and no test', () => {
  const files = readdirSync(join(consumer, 'node_modules/@pure-ftpd'), { recursive: true, encoding: 'utf8' });
  const code = files.filter((name) => /\.[cm]?[jt]s$/.test(name));
  expect(code.filter((name) => !/\.js$|\.d\.ts$/.test(name) || /test/.test(name))).toEqual([]);
  expect(code).toContain('server/lib/index.js');
  for (const name of ['server/README.md', 'server/LICENSE', 'jail/package.json']) expect(files).toContain(name);
});

test('the example of the README type-checks against it, the declarations included', async () => {
  writeFileSync(join(consumer, 'main.ts'), readmeExample());
  const compilerOptions = {
    target: 'esnext',
    module: 'nodenext',
    strict: true,
    noEmit: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  };
  writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['main.ts'] }));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  await expect(run(process.execPath, [compiler, '-p', consumer])).resolves.toMatchObject({ stdout: '' });
});

test('the example of the README serves', async () => {
  writeFileSync(join(consumer, 'main.ts'), readmeExample());
  const server = spawn(process.execPath, ['main.ts'], { cwd: consumer, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [port]: unknown[] = await once(server.stdout.setEncoding('utf8'), 'data');
    const client = connect(Number(port), '127.0.0.1').setEncoding('latin1');
    let heard = '';
    client.on('data', (text: string) => {
      heard += text;
    });
    client.end('USER user\r\nPASS secret\r\nPWD\r\nQUIT\r\n');
    await once(client, 'close');
    expect(heard.match(/^\d{3} /gm)).toEqual(['220 ', '331 ', '230 ', '257 ', '221 ']);
  } finally {
    server.kill();
    await once(server, 'exit');
  }
});

test('a mistake in a source is an error in the words of the compiler', () => {
  const broken = join(folder, 'broken');
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
