import { type Account, AuthChain, createBackend, LoginService } from '@pure-ftpd/auth';
import { PidFile } from '@pure-ftpd/cli/daemon';
import { PureDB, PureDBError } from '@pure-ftpd/puredb';
import { DTPHandler, errorText, FTPServer, ServerError, type TlsService } from '@pure-ftpd/server';

import { ExitStatus, StartError } from '../errors.ts';
import type { Log } from '../log/log.ts';
import type { Configuration } from '../options/configuration.ts';
import { AccountSessions } from '../session/account-sessions.ts';
import type { Daemon } from '../session/daemon.ts';
import { ALIASES_FILE, readAliases } from '../session/directory-aliases.ts';
import { findAnonymousAccount } from '../session/anonymous.ts';
import { PureFtpdHandler } from '../session/handler.ts';
import { LocalCertificates } from '../tls/local-certificates.ts';
import { isTlsWanted, makeTlsService } from '../tls/make-tls-service.ts';
import { giveUpRoot, type Identity } from './identity.ts';
import { listenAddresses } from './listen-addresses.ts';

/** Signals that end the server [server-options §6.3]. */
const ENDING: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'];

/** Seconds for a data connection to be made. */
const DATA_CONNECTION_SECONDS = 30;

/** The server, which tells the log whom it turns away. */
class PureFtpdServer extends FTPServer {
  readonly #log: Log;
  #lastRefused = '';

  constructor(log: Log, ...rest: ConstructorParameters<typeof FTPServer>) {
    super(...rest);
    this.#log = log;
  }

  override onRefused(address: string, limit: 'maxCons' | 'maxConsPerIp'): void {
    // Once for a run of the same address: who knocks a thousand times must not fill the log.
    if (this.#lastRefused === `${address} ${limit}`) return;
    this.#lastRefused = `${address} ${limit}`;
    const what = limit === 'maxCons' ? 'too many sessions' : 'too many sessions from this address';
    this.#log.write('WARNING', `${what}: connection refused`, { user: '?', host: address });
  }
}

/** Only root can ask PAM about others. */
function refusePam(): never {
  throw new StartError('-l pam needs a server that runs as root: give -l puredb:FILE');
}

/** The sessions of a server with this configuration. */
function handlerFor(configuration: Configuration, log: Log, service: TlsService | undefined): typeof PureFtpdHandler {
  const { idleSeconds, passivePorts, fileMode, directoryMode, atomicUploads, listLimits } = configuration;
  class ConfiguredTransfers extends DTPHandler {
    static override timeout = idleSeconds;
  }
  return class extends PureFtpdHandler {
    static override daemon: Daemon = {
      configuration,
      log,
      logins: new LoginService(
        new AuthChain(configuration.logins.map((method) => createBackend(method, { pamPool: refusePam }))),
      ),
      accountSessions: new AccountSessions(),
      anonymousAccount: undefined,
      aliases: directoryAliases(log),
    };
    static override dtpHandler = ConfiguredTransfers;
    static override tls = service;
    static override tlsControlRequired = (configuration.tls.mode ?? 0) >= 2;
    static override tlsDataRequired = configuration.tls.mode === 3;
    static override dataSessionReuse = configuration.tls.sessionReuse;
    static override timeout = idleSeconds;
    static override dataConnectionTimeout = Math.min(idleSeconds, DATA_CONNECTION_SECONDS);
    static override passivePorts = passivePorts;
    static override fileMode = fileMode;
    static override directoryMode = directoryMode;
    static override atomicUploads = atomicUploads;
    static override maxListed = listLimits.entries;
    static override maxListDepth = listLimits.depth;
  };
}

/**
 * Serves until a signal ends it; then every session is told, and ended.
 * @param identity Whom to become when the sockets are bound; undefined stays who it is.
 * @param started Called when clients are served.
 * @throws StartError when it cannot start.
 */
export async function serve(
  configuration: Configuration,
  log: Log,
  identity: Identity | undefined,
  started: () => void,
): Promise<void> {
  // Modes of new files are those of -U, whatever the shell that started us had.
  process.umask(0);
  const addresses = await listenAddresses(configuration);
  const certificates = isTlsWanted(configuration.tls)
    ? await LocalCertificates.open(configuration.tls, log)
    : undefined;
  const service = certificates === undefined ? undefined : makeTlsService(configuration.tls, certificates, log);
  let pidFile: PidFile | undefined;
  const handler = handlerFor(configuration, log, service);
  const server: FTPServer = new PureFtpdServer(log, addresses, handler, {
    beforeServing(bound) {
      pidFile = writePidFile(configuration, log);
      if (identity !== undefined) giveUpRoot(identity);
      handler.daemon.anonymousAccount = anonymousAccount(configuration, log);
      for (const { address, port, family } of bound) {
        log.write('INFO', `listening on ${family === 'IPv6' ? `[${address}]` : address}:${port}`);
      }
    },
  });
  server.maxCons = configuration.maxClients;
  server.maxConsPerIp = configuration.maxClientsPerAddress;
  const stop = (signal: NodeJS.Signals): void => {
    log.write('INFO', `${signal}: shutting down`);
    server.close();
  };
  for (const signal of ENDING) process.on(signal, stop);
  try {
    await listen(server);
    await certificates?.watch();
    warn(configuration, log);
    started();
    await server.serveForever();
  } finally {
    for (const signal of ENDING) process.off(signal, stop);
    await certificates?.close();
    removePidFile(pidFile, log);
  }
}

async function listen(server: FTPServer): Promise<void> {
  try {
    await server.listen();
  } catch (error) {
    if (error instanceof ServerError) throw new StartError(error.message, ExitStatus.failed, { cause: error });
    throw error;
  }
}

/** Other names of directories. A list that is damaged is not used, and the log says why. */
function directoryAliases(log: Log): ReadonlyMap<string, string> | undefined {
  const aliases = readAliases(ALIASES_FILE);
  if (typeof aliases !== 'string') return aliases;
  log.write('ERROR', aliases);
  return undefined;
}

/** Who anonymous sessions are; where there are none although they are wanted, the log says why. */
function anonymousAccount({ anonymous }: Configuration, log: Log): Account | undefined {
  if (anonymous === 'none') return undefined;
  const found = findAnonymousAccount(process.env['FTP_ANON_DIR']);
  if (typeof found !== 'string') return found;
  const level = anonymous === 'only' ? 'WARNING' : 'NOTICE';
  log.write(level, `anonymous users are refused: ${found}${anonymous === 'also' ? ' (-E: there are none)' : ''}`);
  return undefined;
}

/** What the administrator should know before the first client finds out. */
function warn({ logins }: Configuration, log: Log): void {
  for (const method of logins) {
    if (method.name !== 'puredb') continue;
    try {
      PureDB.open(method.file).close();
    } catch (error) {
      if (!(error instanceof PureDBError)) throw error;
      log.write('WARNING', `${error.message}: nobody can log in until it can be read`);
    }
  }
}

/** The default place is for servers started as root; only a place that was asked for is worth a word. */
function writePidFile({ pidFile: { path, asked } }: Configuration, log: Log): PidFile | undefined {
  try {
    return PidFile.write(path);
  } catch (error) {
    if (asked) log.write('WARNING', `cannot write ${path}: ${errorText(error)}`);
    return undefined;
  }
}

function removePidFile(pidFile: PidFile | undefined, log: Log): void {
  try {
    pidFile?.remove();
  } catch (error) {
    log.write('WARNING', `the pid file stays: ${errorText(error)}`);
  }
}
