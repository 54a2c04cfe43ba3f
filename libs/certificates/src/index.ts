// The public door.

export { isServerName, nameFit } from './certificate-names.ts';
export { findCertificates } from './certificate-folder.ts';
export { CertificateSource, type Certificates, type CertificateSourceOptions } from './certificate-source.ts';
export { CertificateError, type CertificateErrorCode } from './errors.ts';
export { ExpiryNotices } from './expiry.ts';
export {
  CertificateClient,
  isSocketPath,
  MAX_SOCKET_PATH_BYTES,
  type CertificateAnswer,
  type CertificateClientOptions,
} from './extcert/client.ts';
export {
  MAX_REPLY_BYTES,
  parseCertificateReply,
  type CertificateAction,
  type CertificateReply,
} from './extcert/reply.ts';
export { certificateRequest, MAX_REQUEST_BYTES, requestedName } from './extcert/request.ts';
export type { CertificateFiles } from './files.ts';
export type { CertificateLog, CertificateLogLevel } from './log.ts';
export type { CertificateMaterial } from './material.ts';
export { readCertificate } from './read-certificate.ts';
export { CertificateSelection } from './selection.ts';
