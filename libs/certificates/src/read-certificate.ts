import { type CertificateFiles, readText } from './files.ts';
import { type CertificateMaterial, checkMaterial } from './material.ts';

/**
 * Reads a certificate and its key, and checks them. It uses nothing of the process but the right to read, so a process
 * that has it can do it for one that has not.
 * @throws CertificateError
 */
export async function readCertificate(files: CertificateFiles): Promise<CertificateMaterial> {
  const cert = await readText(files.certFile);
  const key = files.keyFile === files.certFile ? cert : await readText(files.keyFile);
  return checkMaterial(files, cert, key);
}
