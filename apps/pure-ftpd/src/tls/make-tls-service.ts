import { CertificateSelection } from '@pure-ftpd/certificates';
import { ExitStatus, StartError, type TlsConfiguration } from '@pure-ftpd/options';
import { ServerError, type TlsIdentity, type TlsIdentitySource, TlsService } from '@pure-ftpd/server';

import { isPureFtpdSession } from '../contract/session.ts';
import type { Log } from '../log/log.ts';
import type { CertificateProvider } from './certificate-provider.ts';
import { cipherSuites } from './cipher-suites.ts';
import { Identities, type SessionLine } from './identities.ts';

/** Whether there is to be TLS at all: with -Y, or because somebody listens for connections that begin with it. */
export function isTlsWanted({ mode, implicit }: TlsConfiguration): boolean {
  return (mode ?? (implicit.length > 0 ? 1 : 0)) > 0;
}

/**
 * What the server offers its clients. Certificates that are replaced are used by the sessions to come.
 * @throws StartError when a setting cannot be used.
 */
export function makeTlsService(tls: TlsConfiguration, provider: CertificateProvider, log: Log): TlsService {
  const selection = new CertificateSelection(provider.certificates);
  provider.onChange = (certificates) => selection.replace(certificates);
  const write: SessionLine = (session, level, text) =>
    log.write(level, text, isPureFtpdSession(session) ? session.subject : undefined);
  try {
    return serviceOf(tls, new Identities(selection, provider.ask, write));
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    // The certificate has been tried: what is wrong is what -J says.
    throw new StartError(`-J: ${error.message}`, ExitStatus.failed, { cause: error });
  }
}

/** For data connections of sessions whose control connection another process protects, with what it has sent of each. */
export function makeDataTlsService(tls: TlsConfiguration): TlsService {
  return serviceOf(tls, { certificate: '', key: '' });
}

function serviceOf(tls: TlsConfiguration, identity: TlsIdentity | TlsIdentitySource): TlsService {
  return new TlsService({
    identity,
    minVersion: tls.minVersion,
    ciphers: cipherSuites(tls.ciphers, tls.minVersion),
    ...(tls.clientCertificates ? { clientCertificates: { required: true } } : {}),
  });
}
