// The process that the administrator starts, and that the PID file names. It starts the server, and is there to be signalled:
// when a signal has come and nobody listens any more it ends, while sessions live on in the server.
import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';

import { becomeIdentity, handOverReport, type Identity } from '@pure-ftpd/cli/daemon';
import { ExitStatus } from '@pure-ftpd/options';
import {
  nameProcess,
  NativeUnavailableError,
  notifyServiceManager,
  type PassedSocket,
  SystemError,
  takePassedSockets,
} from '@pure-ftpd/posix';

import { ENDING_SIGNALS } from '../ending-signals.ts';
import { LEAVE, lineReader, SUPERVISOR_VARIABLE } from './supervisor-link.ts';

/** The first descriptor that the server is handed; sockets of a service manager have to be there. */
const FIRST_DESCRIPTOR = 3;

/**
 * Starts the server, and comes back when it has ended, or when it listens no more.
 * @param identity Whom to become, as the server will; undefined stays who it is.
 * @returns The exit status.
 */
export async function supervise(identity: Identity | undefined): Promise<number> {
  nameProcess('pure-ftpd', 'pure-ftpd (SERVER)');
  const { child, link } = startServer(takePassedSockets());
  if (identity !== undefined) becomeIdentity(identity);
  const { promise, resolve } = Promise.withResolvers<number>();
  child.once('error', (error) => {
    process.stderr.write(`pure-ftpd: ${error.message}\n`);
    resolve(ExitStatus.failed);
  });
  // Ended by a signal it has no status.
  child.once('exit', (status) => resolve(status ?? ExitStatus.failed));
  const pass = (signal: NodeJS.Signals): void => void link.write(`${signal}\n`);
  for (const signal of ENDING_SIGNALS) process.on(signal, pass);
  // The server has ended: its status is told by the process.
  link.on('error', () => undefined);
  lineReader(link, (line) => {
    if (line === LEAVE) resolve(ExitStatus.done);
    else tellServiceManager(line);
  });
  const status = await promise;
  child.unref();
  link.destroy();
  return status;
}

/** Only the process that it has started is heard by a service manager. */
function tellServiceManager(line: string): void {
  try {
    notifyServiceManager([line]);
  } catch (error) {
    if (!(error instanceof SystemError || error instanceof NativeUnavailableError)) throw error;
    process.stderr.write(`pure-ftpd: the service manager cannot be told: ${error.message}\n`);
  }
}

/** The same program with the same words, and with what only this process was given. */
function startServer(sockets: readonly PassedSocket[]): {
  readonly child: ReturnType<typeof spawn>;
  readonly link: Socket;
} {
  const linkDescriptor = FIRST_DESCRIPTOR + sockets.length;
  const report = handOverReport(linkDescriptor + 1);
  const handed = [...sockets.map(({ fd }) => fd), ...(report === undefined ? [] : [report.descriptor])];
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    argv0: 'pure-ftpd',
    env: {
      ...process.env,
      [SUPERVISOR_VARIABLE]: String(linkDescriptor),
      ...passedEnvironment(sockets),
      ...report?.environment,
    },
    stdio: [
      'inherit',
      'inherit',
      'inherit',
      ...sockets.map(({ fd }) => fd),
      'pipe',
      ...(report === undefined ? [] : [report.descriptor]),
    ],
  });
  for (const descriptor of handed) closeSync(descriptor);
  const link = child.stdio[linkDescriptor];
  // A spawn that failed has none either; the event tells why.
  if (!(link instanceof Socket)) throw new TypeError('the server has no link');
  return { child, link };
}

/** LISTEN_PID is for the server to set: its id is not known yet. */
function passedEnvironment(sockets: readonly PassedSocket[]): Record<string, string> {
  if (sockets.length === 0) return {};
  return {
    LISTEN_FDS: String(sockets.length),
    ...(sockets.every(({ name }) => name === undefined)
      ? {}
      : { LISTEN_FDNAMES: sockets.map(({ name }) => name ?? '').join(':') }),
  };
}
