// npm start: builds, makes a folder with a virtual user in a PureDB of its own, and becomes pure-ftpd serving it. Arguments go
// to pure-ftpd; where they ask for TLS, a certificate for trying out is made. State is kept in .state, or in the folder that
// PURE_FTPD_STATE names.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { prepareCertificate, wantsCertificate } from './certificate.ts';
import { greeting } from './greeting.ts';
import { servedIdentity } from './identity.ts';
import { ensureFree } from './port.ts';
import { DEFAULT_ENDPOINT, asksForText, optionValue, parseBind } from './server-options.ts';
import { StartError, isReachable, prepareState } from './state.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** Where root keeps state when its checkout is closed to the user that serves, as everything below /root is. */
const STATE_OF_ROOT = '/var/lib/pure-ftpd-start';

function programPath(name: string): string {
  return join(root, 'node_modules', '.bin', name);
}

/** A build that has to do nothing is done by then, and needs no words; in milliseconds. */
const SOON = 3000;

/** Bundles all programs; what the build printed is shown only when it failed. */
async function build(): Promise<void> {
  const nx = join(root, 'node_modules', 'nx', 'dist', 'bin', 'nx.js');
  const programs = readdirSync(join(root, 'apps'));
  const args = [nx, 'run-many', '--targets=build', `--projects=${programs.join(',')}`];
  const started = Date.now();
  let isTold = false;
  const timer = setTimeout(() => {
    isTold = true;
    process.stderr.write(`Building ${programs.length} programs, half a minute the first time ...\n`);
  }, SOON);
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => void (output += text));
  const [status] = await once(child, 'close');
  clearTimeout(timer);
  if (status === 0) {
    if (isTold) process.stderr.write(`Built in ${Math.round((Date.now() - started) / 1000)} s.\n`);
    return;
  }
  process.stderr.write(output);
  throw new StartError('the programs could not be built');
}

/** Becomes pure-ftpd: same process, so that signals and the exit code are its own. */
function become(args: readonly string[]): never {
  const program = programPath('pure-ftpd');
  if (process.execve === undefined) throw new StartError('this platform cannot replace a process');
  return process.execve(program, [program, ...args]);
}

/** Has the greeting printed once the server answers, by a process which is nobody's child by then. */
async function announce(host: string, port: number, text: string): Promise<void> {
  const command = [
    process.execPath,
    join(import.meta.dirname, 'announce.ts'),
    String(process.pid),
    host,
    String(port),
    text,
  ];
  const shell = spawn('sh', ['-c', '"$@" &', 'sh', ...command], { stdio: ['ignore', 'inherit', 'inherit'] });
  await once(shell, 'exit');
}

async function start(args: readonly string[]): Promise<never> {
  await build();
  if (asksForText(args)) return become(args);

  // Folders made here have to let the served user pass, however careful the umask of the shell is.
  process.umask(0o022);
  const identity = servedIdentity();
  const isRoot = process.getuid?.() === 0;
  const inCheckout = join(root, '.state');
  const base = process.env['PURE_FTPD_STATE'] ?? (isReachable(inCheckout, identity) ? inCheckout : STATE_OF_ROOT);
  const bind = optionValue(args, 'S', 'bind');
  const endpoint = bind === undefined ? DEFAULT_ENDPOINT : parseBind(bind);
  if (endpoint !== undefined) await ensureFree(endpoint);
  const state = prepareState(resolve(base), identity, programPath('pure-pw'));
  const host = endpoint?.host ?? DEFAULT_ENDPOINT.host;
  const trial = wantsCertificate(args) ? prepareCertificate(resolve(base), host, identity) : undefined;
  if (endpoint !== undefined) {
    await announce(endpoint.host, endpoint.port, greeting(state, endpoint, trial?.certificate));
  }
  return become([
    ...(bind === undefined ? ['-S', `${DEFAULT_ENDPOINT.host},${DEFAULT_ENDPOINT.port}`] : []),
    '-l',
    `puredb:${state.database}`,
    // A server for one user to try; anonymous ones come with -e, or a folder for them.
    ...(process.env['FTP_ANON_DIR'] === undefined ? ['-E'] : []),
    ...(isRoot ? ['--user', `${identity.uid}:${identity.gid}`] : []),
    ...(trial === undefined ? [] : ['-2', `${trial.certificate},${trial.key}`]),
    ...args,
  ]);
}

try {
  await start(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  process.stderr.write(`npm start: ${error.message}\n`);
  process.exitCode = 1;
}
