import type { Configuration } from '@pure-ftpd/options';
import type { LocalCounters } from '@pure-ftpd/server/internal';

import type { Daemon } from '../../contract/session.ts';
import { findAnnouncedAddress } from '../../features/announced-address.ts';
import { LocalAdmission } from '../../login/local-admission.ts';
import type { ClusterPlaces } from '../../login/cluster-places.ts';
import type { Log } from '../../log/log.ts';
import type { PureFtpdHandler } from '../../session/handler.ts';
import { LocalCertificates } from '../../tls/local-certificates.ts';
import { isTlsWanted, makeTlsService } from '../../tls/make-tls-service.ts';
import { directoryAliases, makeJudge, OWN_BACKENDS } from '../accounts.ts';
import { configuredHandler } from '../configured-handler.ts';
import type { OwnStorage } from './own-storage.ts';

/** The sessions of one configuration. */
export interface ConfiguredSessions {
  readonly handler: typeof PureFtpdHandler;
  /** The caller watches and closes them. */
  readonly certificates: LocalCertificates | undefined;
  /** Finds out who may log in; who anonymous users are depends on who this process is. */
  begin(): void;
}

/** What all sessions have in common, whichever configuration they go by. */
export type CommonParts = Pick<Daemon, 'events' | 'unfinished' | 'sharedBandwidth'> & {
  readonly uploads: Daemon['uploads'] | undefined;
  readonly storage: OwnStorage;
  readonly log: Log;
  readonly accountSessions: LocalCounters;
  readonly cluster: ClusterPlaces | undefined;
};

/** @throws StartError when the certificates, or other settings of TLS, cannot be used. */
export async function configuredSessions(
  configuration: Configuration,
  { log, events, unfinished, uploads, sharedBandwidth, storage, accountSessions, cluster }: CommonParts,
): Promise<ConfiguredSessions> {
  const { tls } = configuration;
  await storage.prepare(configuration.storage);
  const certificates = isTlsWanted(tls) ? await LocalCertificates.open(tls, log) : undefined;
  try {
    const service = certificates === undefined ? undefined : makeTlsService(tls, certificates, log);
    let admission: LocalAdmission | undefined;
    const daemon: Daemon = {
      configuration,
      log,
      events,
      ...(sharedBandwidth === undefined ? {} : { sharedBandwidth }),
      get admission() {
        return (admission ??= new LocalAdmission(
          makeJudge(configuration, log, OWN_BACKENDS, accountSessions, events, cluster),
        ));
      },
      aliases: directoryAliases(log),
      announcedAddress: findAnnouncedAddress,
      ...(unfinished === undefined ? {} : { unfinished }),
      ...(uploads === undefined ? {} : { uploads }),
      storage,
    };
    return { handler: configuredHandler(daemon, service), certificates, begin: () => void daemon.admission };
  } catch (error) {
    await certificates?.close();
    throw error;
  }
}
