import type { Configuration } from '@pure-ftpd/options';
import type { LocalCounters } from '@pure-ftpd/server/internal';

import type { EventTeller } from '../../events/event.ts';
import type { ClusterPlaces } from '../../login/cluster-places.ts';
import type { Log } from '../../log/log.ts';
import { LocalCertificates } from '../../tls/local-certificates.ts';
import { isTlsWanted, makeTlsService } from '../../tls/make-tls-service.ts';
import { makeJudge } from '../accounts.ts';
import type { GenerationParts } from './generation.ts';
import { LoginHelpers } from './login-helpers.ts';

/**
 * Reads the certificates of a configuration; undefined where there is no TLS.
 * @throws StartError when they, or other settings of TLS, cannot be used.
 */
export async function openCertificates(
  { tls }: Pick<Configuration, 'tls'>,
  log: Log,
): Promise<LocalCertificates | undefined> {
  if (!isTlsWanted(tls)) return undefined;
  const certificates = await LocalCertificates.open(tls, log);
  try {
    // What is wrong with the settings is said before anybody is served.
    makeTlsService(tls, certificates, log);
    return certificates;
  } catch (error) {
    await certificates.close();
    throw error;
  }
}

/**
 * What a configuration comes to.
 * @param certificates Closed with the rest.
 * @param accountSessions Sessions by account, whichever configuration they go by.
 * @param events Hear what became of logins.
 */
export function partsOf(
  configuration: Configuration,
  certificates: LocalCertificates | undefined,
  log: Log,
  accountSessions: LocalCounters,
  events: EventTeller,
  cluster: ClusterPlaces | undefined,
): GenerationParts {
  const helpers = new LoginHelpers(log);
  return {
    // Children get it: what is posted, and where, is none of their business.
    configuration: {
      ...configuration,
      webhooks: [],
      webhookSecretFile: undefined,
      cluster: undefined,
      clusterPasswordFile: undefined,
    },
    certificates,
    judge: makeJudge(configuration, log, helpers, accountSessions, events, cluster),
    async close() {
      await helpers.close();
      await certificates?.close();
    },
  };
}
