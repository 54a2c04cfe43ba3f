import { isIP } from 'node:net';

import { CertificateError, type CertificateMaterial, nameFit, readCertificate } from '@pure-ftpd/certificates';

import { type Check, type Finding, problem, type Subject, warning, well } from '../finding.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Whoever renews certificates by a program does it some weeks before their end. */
const WARN_DAYS = 14;

/** What to do about a certificate that cannot be used. */
const REMEDIES: Readonly<Record<CertificateError['code'], string>> = {
  UNREADABLE: 'name the right files with CertFile (or CertFileAndKey), and let root read them',
  INCOMPLETE: 'put the certificate and its key into the file: cat certificate.pem key.pem',
  MALFORMED: 'write the file anew, in PEM',
  ENCRYPTED_KEY: 'take the passphrase off the key: openssl pkey -in key.pem -out key.pem',
  MISMATCH: 'name the key that the certificate was made for with CertFileAndKey CERTIFICATE KEY',
  REFUSED: 'make a new pair: openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 ...',
};

/** Whether the certificate and its key are a pair, for the right name, and valid now. */
export const certificates: Check = {
  name: 'certificate',
  async find({ configuration }) {
    const { tls } = configuration;
    if ((tls.mode ?? (tls.implicit.length > 0 ? 1 : 0)) === 0) return [];
    try {
      const material = await readCertificate(tls.certificate);
      return [...material.remarks.map(remark), ...validity(material), ...names(material, configuration)];
    } catch (error) {
      if (!(error instanceof CertificateError)) throw error;
      return [problem(error.message, REMEDIES[error.code])];
    }
  },
};

function remark(text: string): Finding {
  return warning(text, 'chmod 600 and chown root keep a key from others');
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function validity({ files, notBefore, notAfter }: CertificateMaterial): Finding[] {
  const { certFile } = files;
  const now = Date.now();
  if (now < notBefore) return [problem(`${certFile} is valid from ${day(notBefore)} on`, 'set the clock, or wait')];
  if (now > notAfter) return [problem(`${certFile} has expired on ${day(notAfter)}`, 'renew the certificate')];
  if (now > notAfter - WARN_DAYS * DAY_MS)
    return [warning(`${certFile} expires on ${day(notAfter)}`, 'renew the certificate: certbot renew')];
  return [well(`${certFile} is valid until ${day(notAfter)}`)];
}

/** Clients compare the name with that they connect to; which that is only ForcePassiveIP may tell. */
function names({ files, names: own }: CertificateMaterial, { announcedHost }: Subject['configuration']): Finding[] {
  if (own.length === 0)
    return [warning(`${files.certFile} is for no host name: clients refuse it`, 'make one with a subjectAltName')];
  if (announcedHost === undefined || isIP(announcedHost) !== 0) return [];
  if (nameFit(own, announcedHost.toLowerCase()) > 0) return [];
  const text = `${files.certFile} is for ${own.join(', ')}, and not for ${announcedHost}`;
  return [warning(text, `make a certificate for ${announcedHost}`)];
}
