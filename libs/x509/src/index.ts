// The public door of certificates for trying out.
export { makeCertificate, type CertificateRequest, type MadeCertificate } from './make-certificate.ts';
