import type { Configuration } from '@pure-ftpd/options';

import type { Daemon } from '../../contract/session.ts';
import { findAnnouncedAddress } from '../../features/announced-address.ts';
import type { PureFtpdHandler } from '../../session/handler.ts';
import { isTlsWanted, makeDataTlsService } from '../../tls/make-tls-service.ts';
import { directoryAliases } from '../accounts.ts';
import { configuredHandler } from '../configured-handler.ts';
import type { MonitorLink } from '../monitor-link.ts';
import { transfersTold } from '../open-sinks.ts';
import { WorkerAdmission } from './worker-admission.ts';
import { WorkerBandwidth } from './worker-bandwidth.ts';
import { WorkerEvents } from './worker-events.ts';
import { WorkerStorage } from './worker-storage.ts';
import { WorkerUploadRecorder } from './worker-uploads.ts';

/** The class of the sessions of a worker. One for the life of the process: V8 compiles for the class that it has seen. */
export interface WorkerHandler {
  readonly handler: typeof PureFtpdHandler;
  readonly admission: WorkerAdmission;
  /** Undefined where nothing is written down. */
  readonly uploads: WorkerUploadRecorder | undefined;
  readonly bandwidth: WorkerBandwidth;
  readonly storage: WorkerStorage;
  /** Reads the list of directories' other names, while its file can be read. */
  readAliases(): void;
}

/** @param link Where sessions say what the monitor is to hear. */
export function workerHandler(link: MonitorLink, configuration: Configuration): WorkerHandler {
  const admission = new WorkerAdmission(link);
  const uploads = configuration.uploadJournal === undefined ? undefined : new WorkerUploadRecorder(link);
  const bandwidth = new WorkerBandwidth(link, configuration);
  const storage = new WorkerStorage();
  const daemon: Daemon & { aliases: Daemon['aliases'] } = {
    configuration,
    log: link.log,
    events: new WorkerEvents(link.events, transfersTold(configuration)),
    admission,
    ...(uploads === undefined ? {} : { uploads }),
    sharedBandwidth: bandwidth.shared,
    storage,
    aliases: undefined,
    announcedAddress: findAnnouncedAddress,
    unfinished: {
      began: (upload) => link.send({ type: 'uploadBegan', ...upload }),
      ended: (name) => link.sendSoon({ type: 'uploadEnded', name }),
    },
  };
  const service = isTlsWanted(configuration.tls) ? makeDataTlsService(configuration.tls) : undefined;
  return {
    handler: configuredHandler(daemon, service),
    admission,
    uploads,
    bandwidth,
    storage,
    readAliases() {
      daemon.aliases = directoryAliases(link.log);
    },
  };
}
