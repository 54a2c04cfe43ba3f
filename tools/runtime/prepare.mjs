// Brings the workspace to the state of package-lock.json before a script of the root package.json runs: installs what is
// missing, and with it the pinned Node, which npm then finds first (`node_modules/.bin/node`). Where that does not run, one of the
// machine takes its place.
// Plain JavaScript for Node 18 and later: this is the only file that runs on whatever Node the machine has.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { countLocked, countPresent, isInstalled, noteInstalled, npmFailure } from './install-state.mjs';
import { provideNode } from './pinned-node.mjs';

/** @type {NodeJS.Signals[]} */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * Runs `npm ci`, quietly; resolves with its exit code (128 + the signal's number when one ended it) and what it printed.
 * @returns {Promise<{ code: number, output: string }>}
 */
function npmCi() {
  // npm tells its scripts where it is; run by hand, this file takes the npm of the PATH.
  const { npm_execpath: npm, npm_node_execpath: npmNode } = process.env;
  /** @type {[string, string[]]} */
  const [file, before] = npm && npmNode ? [npmNode, [npm]] : ['npm', []];
  // NODE_ENV=production or an `omit` in somebody's npmrc would leave the tools out.
  const args = [...before, 'ci', '--include=dev', '--include=optional', '--ignore-scripts', '--loglevel=error'];
  const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 1, output: `npm error ${error.message}` }));
    child.on('close', (code, signal) =>
      resolve({ code: signal === null ? (code ?? 1) : 128 + constants.signals[signal], output }),
    );
  });
}

/** How often progress is told, in milliseconds: on a terminal, in one line, and elsewhere. */
const TELL_EVERY = process.stderr.isTTY ? 1000 : 15_000;

/**
 * Tells how the installation gets on, until the function that is returned is called, which then tells how it went.
 * @returns {(isDone: boolean) => void}
 */
function showProgress() {
  const started = Date.now();
  const all = countLocked(root, process);
  const seconds = () => Math.round((Date.now() - started) / 1000);
  process.stderr.write(`Installing what is missing (npm ci): ${all} packages, some 500 MB, a minute or two ...\n`);
  const timer = setInterval(() => {
    const line = `  ${Math.min(countPresent(root), all)} of ${all} packages have come, ${seconds()} s`;
    process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
  }, TELL_EVERY);
  return (isDone) => {
    clearInterval(timer);
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    if (isDone) process.stderr.write(`Installed in ${seconds()} s, below node_modules.\n`);
  };
}

/**
 * Prints one line on standard error and leaves.
 * @param {string} line
 */
function fail(line, code = 1) {
  process.stderr.write(`${line}\n`);
  process.exit(code);
}

if (!isInstalled(root)) {
  const stop = showProgress();
  const { code, output } = await npmCi();
  stop(code === 0);
  if (code > 128) process.exit(code);
  if (code === 0) noteInstalled(root);
  else fail(`Cannot install the dependencies: ${npmFailure(output)} (\`npm ci\` shows all of it)`, code);
}
const problem = provideNode(root, process);
if (problem !== undefined) fail(problem);
