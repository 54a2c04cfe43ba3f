// A folder in which the library has been installed from its packages, as its users install it.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { untilTrue } from '@pure-ftpd/testing';

import { buildLibrary } from '../library.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const run = promisify(execFile);

export interface Consumer extends Disposable {
  /** The folder; the examples of the package are in `examples`. */
  readonly path: string;
  /** What has been packed, a folder each. */
  readonly packages: readonly string[];
}

/** Builds the library, packs it and what it stands on, and installs that in an empty folder, without native code. */
export async function installedLibrary(): Promise<Consumer> {
  const folder = mkdtempSync(join(tmpdir(), 'library-'));
  const path = join(folder, 'consumer');
  mkdirSync(path);
  writeFileSync(join(path, 'package.json'), '{"name":"consumer","private":true,"type":"module"}');
  const packages = buildLibrary(root, '@pure-ftpd/server', join(folder, 'built'));
  await run('npm', ['pack', '--silent', '--pack-destination', folder, ...packages]);
  const tarballs = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  if (tarballs.length !== packages.length) throw new Error(`packed: ${tarballs.join(' ')}`);
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--omit=optional', '--omit=peer'];
  await run('npm', ['install', ...quiet, ...tarballs.map((name) => join(folder, name))], { cwd: path });
  // Programs in a package are not run, and no types are stripped there.
  cpSync(join(path, 'node_modules/@pure-ftpd/server/examples'), join(path, 'examples'), { recursive: true });
  return { path, packages, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

/** A program that runs. */
export interface Running extends AsyncDisposable {
  readonly port: number;
  readonly output: () => string;
}

/** Starts a program, and waits for a line that ends with its port: `listening on port 2121`, or an address. */
export async function started(command: readonly string[], cwd: string): Promise<Running> {
  const [file = '', ...args] = command;
  const child = spawn(file, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1' } });
  const ended = once(child, 'exit');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const port = (): number => Number(/(?:port |:)(\d+)\/?$/m.exec(output)?.[1] ?? 0);
  await untilTrue(`${command.join(' ')} listens`, () => port() > 0 || child.exitCode !== null);
  if (port() === 0) throw new Error(`${command.join(' ')} has ended: ${output}`);
  return {
    port: port(),
    output: () => output,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
}
