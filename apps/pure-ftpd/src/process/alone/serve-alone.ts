// One process, one identity: started by an ordinary user, or with --user.
import type { PidFile } from '@pure-ftpd/cli/daemon';
import { type Configuration, ExitStatus, isImplicitPort, listenAddresses, StartError } from '@pure-ftpd/options';
import { nameProcess } from '@pure-ftpd/posix';
import { type FTPServer, type ListenAddress, ServerError } from '@pure-ftpd/server';

import type { ControlSocket } from '../../control/control-socket.ts';
import type { ControlledServer } from '../../control/controlled-server.ts';
import { SessionTable } from '../../control/session-table.ts';
import { LocalCounters } from '@pure-ftpd/server/internal';

import type { Log } from '../../log/log.ts';
import { ServerScoreboard } from '../../scoreboard/server-scoreboard.ts';
import { obey } from '../../session/obey.ts';
import { warnOfSettings } from '../accounts.ts';
import type { ConfigurationSource } from '../configuration-source.ts';
import { Reloader } from '../reloader.ts';
import { SharedBandwidth, sharedLimitsOf } from '../../limits/shared-bandwidth.ts';
import { openUploadJournal, ownUploads, removeOwnLeft } from '../left-uploads.ts';
import { onEndingSignals } from '../ending-signals.ts';
import type { InetdClient } from '../inetd/inetd-client.ts';
import { giveUpRoot, type Identity } from '../identity.ts';
import { passedAddresses } from '../service-manager.ts';
import { withinOpenFiles } from '../open-files.ts';
import { limitsOf } from '../limits-of.ts';
import { ServerCluster } from '../cluster/server-cluster.ts';
import { openControl } from '../open-control.ts';
import { openPenalties } from '../open-penalties.ts';
import { openSinks } from '../open-sinks.ts';
import { ServerMetrics } from '../metrics/server-metrics.ts';
import { removePidFile, writePidFile } from '../pid.ts';
import { checkNativeCalls } from '../without-native.ts';
import { UploadEvents } from '../uploads/upload-events.ts';
import type { SupervisorLink } from '../supervisor/supervisor-link.ts';
import { AloneServer } from './alone-server.ts';
import { OwnStorage } from './own-storage.ts';
import { ownRecorder } from './own-recorder.ts';
import { configuredSessions, type ConfiguredSessions } from './configured-sessions.ts';

/** Sessions of a server that gives up root that are shown: each has a file, from the start on. */
const MOST_RESERVED = 256;

/**
 * Serves until a signal ends it, and those who are served then until they leave: see `onEndingSignals`.
 * @param supervisor Who is signalled; undefined where there is none, under inetd.
 * @param identity Whom to become when the sockets are bound; undefined stays who it is.
 * @param started Called when clients are served.
 * @param client Who is served, and nobody else; undefined for all who come.
 * @throws StartError when it cannot start.
 */
export async function serveAlone(
  source: ConfigurationSource,
  log: Log,
  identity: Identity | undefined,
  started: () => void,
  supervisor: SupervisorLink | undefined,
  client?: InetdClient,
): Promise<void> {
  // Modes of new files are those of -U, whatever the shell that started us had.
  process.umask(0);
  // The connection, and its place on the scoreboard.
  const fitted = (wanted: Configuration): Configuration => withinOpenFiles(wanted, log, 2);
  const configuration = fitted(source.first.configuration);
  checkNativeCalls(configuration, log);
  // What was on the command line is nobody's business.
  nameProcess('pure-ftpd', 'pure-ftpd (SESSIONS)');
  const addresses = client === undefined ? await passedOrConfigured(configuration) : [];
  const others = client?.others() ?? [];
  const scoreboard = new ServerScoreboard(log);
  const sessions = new SessionTable();
  const penalties = openPenalties(configuration, log);
  using metrics = client === undefined ? await ServerMetrics.open(configuration) : undefined;
  const hearing = [sessions, ...(penalties?.sinks ?? []), ...(metrics === undefined ? [] : [metrics.sink])];
  const events = await openSinks(configuration, log, scoreboard, ...hearing);
  const uploads = UploadEvents.open(configuration, log);
  const journal = openUploadJournal(log);
  let isStopping = false;
  const cluster = ServerCluster.open(configuration, log);
  const accountSessions = new LocalCounters((login) => scoreboard.countOthers(login));
  const unfinished = ownUploads(journal);
  const sharedBandwidth = new SharedBandwidth(sharedLimitsOf(configuration));
  const storage = new OwnStorage(log);
  const sessionsBy = (chosen: Configuration): Promise<ConfiguredSessions> =>
    configuredSessions(chosen, {
      log,
      events,
      unfinished,
      uploads: ownRecorder(uploads),
      sharedBandwidth,
      storage,
      accountSessions,
      cluster,
    });
  let configured = await sessionsBy(configuration);
  let pidFile: PidFile | undefined;
  const reloader = new Reloader({
    source,
    log,
    configuration,
    async take(wanted) {
      if (isStopping) throw new StartError('the server is about to end');
      const next = fitted(wanted);
      checkNativeCalls(next, log);
      const before = configured;
      const made = await sessionsBy(next);
      try {
        // As at the start: the log says who anonymous users are.
        made.begin();
      } catch (error) {
        await made.certificates?.close();
        throw error;
      }
      configured = made;
      server.serveWith(configured.handler);
      limit(server, next);
      const { server: ofServer, user: ofUser } = sharedLimitsOf(next);
      sharedBandwidth.change(ofServer, () => ofUser);
      await before.certificates?.close();
      await configured.certificates?.watch();
      warnOfSettings(next, log);
    },
  });
  let control: ControlSocket | undefined;
  const controlled: ControlledServer = {
    order: (session, order) => obey(server.sessions, session, order),
    drain: (seconds) => ending.drain('drained on the control socket', seconds),
    get health() {
      return {
        mode: 'alone' as const,
        state: isStopping ? ('draining' as const) : ('serving' as const),
        workers: 0,
        configurations: 1,
        reloadedAt: reloader.reloadedAt,
      };
    },
    get limits() {
      return limitsOf(reloader.configuration);
    },
    reload: (words) => reloader.reload(words),
  };
  const server = new AloneServer(log, penalties?.table, events, addresses, configured.handler, {
    proxyFrom: configuration.proxyFrom,
    refuses(address) {
      const isBanned = penalties?.banned.has(address) === true;
      if (isBanned) server.turnedAway('ban');
      return isBanned;
    },
    async beforeServing(bound) {
      if (client === undefined)
        control = await openControl(configuration, { server: controlled, sessions, bans: penalties?.table, log });
      pidFile = supervisor && writePidFile(configuration, log, supervisor.pid);
      scoreboard.watchEarlier(
        bound.map(({ port }) => port),
        (id, address) => server.countElsewhere(id, address),
        (id) => server.elsewhereEnded(id),
      );
      const left = journal.open();
      if (identity !== undefined) {
        scoreboard.reserve(client === undefined ? Math.min(configuration.maxClients, MOST_RESERVED) : 1);
        giveUpRoot(identity);
      }
      await cluster?.join();
      removeOwnLeft(left, journal, configuration.linkRoots, log);
      // Made now: who anonymous users are depends on who this process is.
      configured.begin();
      for (const { address, port, family } of bound) {
        log.write('INFO', `listening on ${family === 'IPv6' ? `[${address}]` : address}:${port}`);
      }
    },
  });
  limit(server, configuration);
  for (const [index, address] of others.entries()) server.countElsewhere(`inetd ${index}`, address);
  /** Raised when nobody wants to wait any more. */
  const hurry = new AbortController();
  let isDraining = false;
  using ending = onEndingSignals(
    {
      stop(reason) {
        log.write('INFO', `${reason}: shutting down`);
        supervisor?.notify('STOPPING=1');
        isStopping = true;
        control?.stopListening();
        metrics?.[Symbol.dispose]();
        server.stopListening();
        penalties?.keepLast();
        removePidFile(pidFile, log);
        pidFile = undefined;
        if (supervisor?.isInit === false) supervisor.leave();
      },
      drain() {
        isDraining = true;
        nameProcess('pure-ftpd', 'pure-ftpd (DRAINING)');
        server.drain();
      },
      gently() {
        hurry.abort();
        void server.closeGently(reloader.configuration.shutdownSeconds);
      },
      atOnce: () => void server.close(),
      hangUp: () => reloader.hangUp(client !== undefined),
    },
    supervisor,
    () => reloader.configuration.drainSeconds,
  );
  try {
    await listen(server);
    uploads?.startWebhooks(() => events.tell(undefined, { type: 'crashed', process: 'webhooks' }));
    await configured.certificates?.watch();
    warnOfSettings(configuration, log);
    metrics?.start({
      log,
      events,
      server: controlled,
      isServing: () => !isStopping,
      bans: () => penalties?.banned.size ?? 0,
      uploads,
      certificates: () => configured.certificates?.certificates,
      // It is who this process has become.
      identity: undefined,
    });
    supervisor?.notify('READY=1');
    started();
    if (client !== undefined) server.serveOnly(client.release(), isImplicitPort(configuration, client.localPort));
    await server.serveForever();
  } finally {
    control?.close();
    await configured.certificates?.close();
    removePidFile(pidFile, log);
    scoreboard.close();
    journal.close();
    penalties?.[Symbol.dispose]();
    await cluster?.close();
    if (!isDraining) hurry.abort();
    await uploads?.close();
    await storage.close();
    await events.close(hurry.signal);
  }
}

/** How many clients may be there. */
function limit(server: FTPServer, { maxClients, maxClientsPerAddress }: Configuration): void {
  server.maxCons = maxClients;
  server.maxConsPerIp = maxClientsPerAddress;
}

async function passedOrConfigured(configuration: Configuration): Promise<ListenAddress[]> {
  const passed = passedAddresses();
  return passed.length > 0 ? passed : listenAddresses(configuration);
}

async function listen(server: FTPServer): Promise<void> {
  try {
    await server.listen();
  } catch (error) {
    if (error instanceof ServerError) throw new StartError(error.message, ExitStatus.failed, { cause: error });
    throw error;
  }
}
