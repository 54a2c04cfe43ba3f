import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bundleProgram } from './bundle.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  mkdirSync(join(folder, 'src'));
  mkdirSync(join(folder, 'node_modules/common'), { recursive: true });
  writeFileSync(join(folder, 'node_modules/common/index.js'), "exports.end = require('os').EOL;");
  writeFileSync(
    join(folder, 'node_modules/common/package.json'),
    '{"name":"common","version":"1.2.3","license":"ISC","main":"index.js"}',
  );
  writeFileSync(join(folder, 'node_modules/common/LICENSE.md'), 'Copyright of Common\n');
  writeFileSync(join(folder, 'LICENSE'), 'Copyright of ours\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

function source(name: string, text: string): void {
  writeFileSync(join(folder, 'src', name), text);
}

function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('a bundle runs alone, with CommonJS packages in it', async () => {
  source('part.ts', 'export const greet = (name: string): string => `hello ${name}`;');
  source(
    'main.ts',
    "import { greet } from './part.ts'; import { end } from 'common'; process.stdout.write(greet(process.argv[2] ?? '') + end);",
  );
  await bundleProgram(folder, folder, 'pure-x');
  cpSync(join(folder, 'dist'), join(folder, 'moved'), { recursive: true });
  rmSync(join(folder, 'src'), { recursive: true });
  rmSync(join(folder, 'node_modules'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  expect(run(join(folder, 'moved/pure-x.js'), 'you')).toEqual({ status: 0, stdout: 'hello you\n', stderr: '' });
});

test('what an earlier build left is gone', async () => {
  source('main.ts', '');
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'dist/old.js'), '');
  await bundleProgram(folder, folder, 'pure-x');
  expect(existsSync(join(folder, 'dist/old.js'))).toBe(false);
});

test('a source that does not build is an error, and leaves no program', async () => {
  source('main.ts', "import './missing.ts';");
  await expect(bundleProgram(folder, folder, 'pure-x')).rejects.toThrow(/Could not resolve/);
  expect(existsSync(join(folder, 'dist/pure-x.js'))).toBe(false);
});

test('on a Node too old the program says so in one line, and is not loaded', async () => {
  source('main.ts', "process.stdout.write('loaded');");
  await bundleProgram(folder, folder, 'pure-x');
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const old = `data:text/javascript,${encodeURIComponent("Object.defineProperty(process, 'versions', { value: { node: '20.1.0' } })")}`;
  expect(run('--import', old, join(folder, 'dist/pure-x.js'))).toEqual({
    status: 1,
    stdout: '',
    stderr: `pure-x: Node 24 or later is needed, this is ${process.version}\n`,
  });
});

const USES_COMMON = "import { end } from 'common'; process.stdout.write(end);";

/** Whether what the bundle was built of is still there, as the launcher finds out. */
function isCurrent(): boolean {
  return spawnSync('sha256sum', ['-c', '--status', 'dist/pure-x.sources'], { cwd: folder }).status === 0;
}

test('the list beside the bundle fits what it was built of, and nothing else', async () => {
  source('part.ts', 'export const one = 1;');
  source('main.ts', `import { one } from './part.ts'; process.exitCode = one; ${USES_COMMON}`);
  source('other.ts', '');
  await bundleProgram(folder, folder, 'pure-x');
  expect(isCurrent()).toBe(true);
  source('other.ts', 'changed');
  source('part.test.ts', 'new');
  expect(isCurrent()).toBe(true);
  source('part.ts', 'export const one = 2;');
  expect(isCurrent()).toBe(false);
  source('part.ts', 'export const one = 1;');
  expect(isCurrent()).toBe(true);
  writeFileSync(join(folder, 'node_modules/common/index.js'), "exports.end = '';");
  expect(isCurrent()).toBe(false);
});

test('the licences of what is in a bundle lie beside it, ours first', async () => {
  source('main.ts', USES_COMMON);
  await bundleProgram(folder, folder, 'pure-x');
  expect(readFileSync(join(folder, 'dist/pure-x.notices.txt'), 'utf8')).toMatch(
    /^pure-x\n\nCopyright of ours\n\n-+\ncommon 1\.2\.3 \(ISC\), parts of which are in pure-x\n\nCopyright of Common\n$/,
  );
});

test('a licence in a README counts, where it says whose it is', async () => {
  source('main.ts', USES_COMMON);
  rmSync(join(folder, 'node_modules/common/LICENSE.md'));
  writeFileSync(
    join(folder, 'node_modules/common/README.md'),
    '# Common\n\n## License\n\nCopyright of Common\n\n## More\n\nx\n',
  );
  await bundleProgram(folder, folder, 'pure-x');
  expect(readFileSync(join(folder, 'dist/pure-x.notices.txt'), 'utf8')).toMatch(/pure-x\n\nCopyright of Common\n$/);
  writeFileSync(join(folder, 'node_modules/common/README.md'), '# Common\n\n## License\n\nMIT\n');
  await expect(bundleProgram(folder, folder, 'pure-x')).rejects.toThrow(/node_modules\/common has no licence/);
});

function manifest(license: string): string {
  return JSON.stringify({
    name: 'same',
    version: '1.0.0',
    license,
    repository: { url: 'https://example.com/both.git' },
  });
}

test('packages of one repository have one licence, where they name the same', async () => {
  for (const name of ['one', 'two']) {
    mkdirSync(join(folder, 'node_modules', name));
    writeFileSync(join(folder, 'node_modules', name, 'index.js'), `exports.${name} = '${name}';`);
    writeFileSync(join(folder, 'node_modules', name, 'package.json'), manifest('ISC'));
  }
  writeFileSync(join(folder, 'node_modules/one/LICENSE'), 'Copyright of both');
  source('main.ts', "import { one } from 'one'; import { two } from 'two'; process.stdout.write(one + two);");
  await bundleProgram(folder, folder, 'pure-x');
  expect(readFileSync(join(folder, 'dist/pure-x.notices.txt'), 'utf8').match(/Copyright of both/g)).toHaveLength(2);
  writeFileSync(join(folder, 'node_modules/two/package.json'), manifest('MIT'));
  await expect(bundleProgram(folder, folder, 'pure-x')).rejects.toThrow(/node_modules\/two has no licence/);
});

test('what is loaded on demand is in a file of its own', async () => {
  source('part.ts', "export const said = 'late';");
  source('main.ts', "if (process.argv[2] === 'late') process.stdout.write((await import('./part.ts')).said);");
  await bundleProgram(folder, folder, 'pure-x');
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  expect(readFileSync(join(folder, 'dist/pure-x.bundle.js'), 'utf8')).not.toContain("'late';");
  expect(run(join(folder, 'dist/pure-x.js'), 'late')).toEqual({ status: 0, stdout: 'late', stderr: '' });
});

test('a package without a licence is not bundled', async () => {
  source('main.ts', USES_COMMON);
  rmSync(join(folder, 'node_modules/common/LICENSE.md'));
  await expect(bundleProgram(folder, folder, 'pure-x')).rejects.toThrow(/node_modules\/common has no licence/);
});

test('takes from what Node brings what it uses, and has nothing else loaded', async () => {
  source(
    'main.ts',
    `import { readFileSync } from 'node:fs'; import * as util from 'node:util'; import path, { join } from 'path';
    process.stdout.write(JSON.stringify([typeof readFileSync, typeof util.format, path.sep, join('a', 'b'),
      process.moduleLoadList.filter((name) => /worker_threads|internal.fs.promises|parse_args/.test(name))]));`,
  );
  await bundleProgram(folder, folder, 'pure-x');
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  expect(JSON.parse(run(join(folder, 'dist/pure-x.js')).stdout)).toEqual(['function', 'function', '/', 'a/b', []]);
});
