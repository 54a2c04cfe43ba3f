import { peerPath } from './locate.ts';
import { type NamespaceOptions, NamespacedProcess } from './namespace.ts';
import { freePort, untilGreeting } from './ports.ts';

/** How long a server may take until it greets, in milliseconds. */
const START_TIMEOUT = 120_000;

export interface PureFtpdOptions extends NamespaceOptions {
  /** Options after the address, which is ours: `-S 127.0.0.1,PORT`. Never `-B`: it runs in the foreground. */
  readonly args?: readonly string[];
}

/** A running C pure-ftpd. `await using` stops it at the end of the block. */
export interface RunningServer extends AsyncDisposable {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** What it says first. */
  readonly greeting: string;
  readonly process: NamespacedProcess;
  stop(): Promise<void>;
}

/**
 * Starts a server in namespaces of its own on a free loopback port and waits until it greets. Throws an Error with what it
 * printed when it ends before, or does not greet in time.
 * @param command makes the command line for a port
 */
export async function startServer(
  command: (port: number) => readonly string[],
  options: NamespaceOptions = {},
): Promise<RunningServer> {
  const port = await freePort();
  const server = new NamespacedProcess(command(port), options);
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(new Error('no greeting in time')), START_TIMEOUT);
  const endedFirst = server.ended.then(() => abort.abort(new Error('it ended')));
  try {
    const greeting = await Promise.race([untilGreeting(port, abort.signal), endedFirst.then(() => '')]);
    abort.signal.throwIfAborted();
    const stop = (): Promise<void> => server.stop();
    return { host: '127.0.0.1', port, greeting, process: server, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await server.stop();
    throw new Error(`${command(port).join(' ')} did not start: ${server.output.trim()}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Starts the C pure-ftpd on a free port of 127.0.0.1. Needs root and the peer `pure-ftpd`. Its fixed paths below /run are its
 * own; users need no account on this machine: PureDB takes numeric ids, and `etcDir` may bring a `passwd`.
 */
export async function startPureFtpd(options: PureFtpdOptions = {}): Promise<RunningServer> {
  const file = peerPath('pure-ftpd');
  return startServer((port) => [file, '-S', `127.0.0.1,${port}`, ...(options.args ?? [])], options);
}
