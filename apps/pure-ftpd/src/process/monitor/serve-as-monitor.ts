// The monitor: root, with a gate before it and workers behind. It hears nothing of what clients say.
import { systemIdentity } from '@pure-ftpd/auth';
import { type Configuration, ExitStatus, isImplicitPort, listenAddresses, StartError } from '@pure-ftpd/options';
import { isDescriptorPassingAvailable, isPrctlAvailable, nameProcess, setNoNewPrivileges } from '@pure-ftpd/posix';
import { ServerError } from '@pure-ftpd/server';
import { errorText, LocalCounters } from '@pure-ftpd/server/internal';

import type { ControlSocket } from '../../control/control-socket.ts';
import type { ControlledServer } from '../../control/controlled-server.ts';
import { SessionTable } from '../../control/session-table.ts';
import type { Log } from '../../log/log.ts';
import { remembered } from '../../remembered.ts';
import { ServerScoreboard } from '../../scoreboard/server-scoreboard.ts';
import { warnOfSettings } from '../accounts.ts';
import type { LocalCertificates } from '../../tls/local-certificates.ts';
import { isTlsWanted } from '../../tls/make-tls-service.ts';
import type { ConfigurationSource } from '../configuration-source.ts';
import { Reloader } from '../reloader.ts';
import { openUploadJournal } from '../left-uploads.ts';
import { onEndingSignals } from '../ending-signals.ts';
import type { InetdClient } from '../inetd/inetd-client.ts';
import { passedAddresses } from '../service-manager.ts';
import { withinOpenFiles } from '../open-files.ts';
import { limitsOf } from '../limits-of.ts';
import { ServerCluster } from '../cluster/server-cluster.ts';
import { openControl } from '../open-control.ts';
import { openPenalties } from '../open-penalties.ts';
import { openSinks } from '../open-sinks.ts';
import { ServerMetrics } from '../metrics/server-metrics.ts';
import { removePidFile, writePidFile } from '../pid.ts';
import { UploadEvents } from '../uploads/upload-events.ts';
import type { SupervisorLink } from '../supervisor/supervisor-link.ts';
import { bindListeners, type BoundListener, closeListeners, endListeners } from './listeners.ts';
import type { Generation, GenerationParts } from './generation.ts';
import { gateIdentity } from './gate-identity.ts';
import { openCertificates, partsOf } from './generation-parts.ts';
import { Monitor } from './monitor.ts';

/** How old the groups of an account may be when it logs in, in milliseconds. */
const IDENTITY_MS = 10_000;

/**
 * Serves until a signal ends it, and those who are served then until they leave: see `onEndingSignals`.
 * @param supervisor Who is signalled; undefined where there is none, under inetd.
 * @param started Called when clients are served.
 * @param client Who is served, and nobody else; undefined for all who come.
 * @throws StartError when it cannot start.
 */
export async function serveAsMonitor(
  source: ConfigurationSource,
  log: Log,
  started: () => void,
  supervisor: SupervisorLink | undefined,
  client?: InetdClient,
): Promise<void> {
  if (!isDescriptorPassingAvailable() || !isPrctlAvailable())
    throw new StartError(
      'rights cannot be separated here (koffi is missing, or this is not Linux): give --user',
      ExitStatus.failed,
    );
  process.umask(0);
  // Over TLS the gate keeps the connection, and relays it.
  const fitted = (wanted: Configuration): Configuration =>
    withinOpenFiles(wanted, log, isTlsWanted(wanted.tls) ? 2 : 1);
  const configuration = fitted(source.first.configuration);
  // What was on the command line is nobody's business.
  nameProcess('pure-ftpd', 'pure-ftpd (MONITOR)');
  const certificates = await openCertificates(configuration, log);
  const scoreboard = new ServerScoreboard(log);
  const sessions = new SessionTable();
  const penalties = openPenalties(configuration, log);
  // Of who is there for one client alone nobody asks for numbers.
  using metrics = client === undefined ? await ServerMetrics.open(configuration) : undefined;
  const hearing = [sessions, ...(penalties?.sinks ?? []), ...(metrics === undefined ? [] : [metrics.sink])];
  const events = await openSinks(configuration, log, scoreboard, ...hearing);
  const uploads = UploadEvents.open(configuration, log);
  const listeners = client === undefined ? await bind(configuration) : [];
  // Before the first child: they have it from their first instruction on.
  setNoNewPrivileges();
  let pidFile = supervisor && writePidFile(configuration, log, supervisor.pid);
  const journal = openUploadJournal(log);
  const cluster = ServerCluster.open(configuration, log);
  const accountSessions = new LocalCounters((login) => scoreboard.countOthers(login));
  const parts = partsOf(configuration, certificates, log, accountSessions, events, cluster);
  const monitor = new Monitor(
    {
      log,
      events,
      scoreboard,
      journal,
      uploads,
      listeners,
      penalties: penalties?.table,
      client: client && {
        release: () => client.release(),
        implicitTls: isImplicitPort(configuration, client.localPort),
        others: client.others(),
      },
      identify: remembered(systemIdentity, IDENTITY_MS, ({ uid, gid }) => `${uid}:${gid}`),
    },
    parts,
  );
  const reloader = new Reloader({
    source,
    log,
    configuration,
    async take(wanted) {
      const why = monitor.whyNotNow;
      if (why !== undefined) throw new StartError(why);
      const next = fitted(wanted);
      const opened = await openCertificates(next, log);
      let made: GenerationParts | undefined;
      try {
        made = partsOf(next, opened, log, accountSessions, events, cluster);
        await monitor.replace(made);
      } catch (error) {
        await (made === undefined ? opened?.close() : made.close());
        if (error instanceof StartError) throw error;
        throw new StartError(errorText(error), ExitStatus.failed, { cause: error });
      }
      await follow(monitor.current, opened);
      warnOfSettings(next, log);
    },
  });
  uploads?.onFull((isFull) => monitor.holdUploads(isFull));
  penalties?.tellFromNowOn({
    banned: (ban) => monitor.tellBans([ban], []),
    lifted: (network) => monitor.tellBans([], [network]),
    denied: (families) => monitor.tellBans([], [], families),
  });
  /** Raised when nobody wants to wait any more. */
  const hurry = new AbortController();
  let isDraining = false;
  let isStopping = false;
  const controlled: ControlledServer = {
    order: (session, order) => monitor.order(session, order),
    drain: (seconds) => ending.drain('drained on the control socket', seconds),
    get health() {
      return {
        mode: 'separated' as const,
        state: isStopping ? ('draining' as const) : ('serving' as const),
        workers: monitor.workers,
        configurations: monitor.configurations,
        reloadedAt: reloader.reloadedAt,
      };
    },
    get limits() {
      return limitsOf(reloader.configuration);
    },
    reload: (words) => reloader.reload(words),
  };
  let control: ControlSocket | undefined;
  using ending = onEndingSignals(
    {
      stop(reason) {
        log.write('INFO', `${reason}: shutting down`);
        supervisor?.notify('STOPPING=1');
        isStopping = true;
        control?.stopListening();
        metrics?.[Symbol.dispose]();
        monitor.stopListening();
        penalties?.keepLast();
        endListeners(listeners.splice(0));
        removePidFile(pidFile, log);
        pidFile = undefined;
        if (supervisor?.isInit === false) supervisor.leave();
      },
      drain() {
        isDraining = true;
        nameProcess('pure-ftpd', 'pure-ftpd (DRAINING)');
        monitor.drain();
      },
      gently() {
        hurry.abort();
        void monitor.close(reloader.configuration.shutdownSeconds);
      },
      atOnce: () => monitor.kill(),
      hangUp: () => reloader.hangUp(client !== undefined),
    },
    supervisor,
    () => reloader.configuration.drainSeconds,
  );
  try {
    if (client === undefined)
      control = await openControl(configuration, { server: controlled, sessions, bans: penalties?.table, log });
    await cluster?.join();
    try {
      await monitor.start();
    } catch (error) {
      monitor.kill();
      await parts.close();
      throw new StartError(errorText(error), ExitStatus.failed, { cause: error });
    }
    uploads?.startWebhooks(() => events.tell(undefined, { type: 'crashed', process: 'webhooks' }));
    for (const { where } of listeners) log.write('INFO', `listening on ${where}`);
    warnOfSettings(configuration, log);
    await follow(monitor.current, certificates);
    metrics?.start({
      log,
      events,
      server: controlled,
      isServing: () => monitor.isServing,
      bans: () => penalties?.banned.size ?? 0,
      uploads,
      certificates: () => monitor.current.certificates,
      identity: gateIdentity(),
    });
    supervisor?.notify('READY=1');
    started();
    await monitor.ended;
  } finally {
    control?.close();
    closeListeners(listeners.splice(0));
    removePidFile(pidFile, log);
    scoreboard.close();
    journal.close();
    penalties?.[Symbol.dispose]();
    await cluster?.close();
    if (!isDraining) hurry.abort();
    await uploads?.close();
    await events.close(hurry.signal);
  }
}

/** Has clients see certificates that are replaced from now on. */
async function follow(generation: Generation, certificates: LocalCertificates | undefined): Promise<void> {
  if (certificates === undefined) return;
  certificates.onChange = (replaced) => generation.replaceCertificates(replaced);
  await certificates.watch();
}

async function bind(configuration: Configuration): Promise<BoundListener[]> {
  const passed = passedAddresses();
  try {
    return await bindListeners(passed.length > 0 ? passed : await listenAddresses(configuration));
  } catch (error) {
    if (error instanceof ServerError) throw new StartError(error.message, ExitStatus.failed, { cause: error });
    throw error;
  }
}
