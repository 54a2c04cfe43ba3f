// A folder of certificates, in the forms in which tools leave them.
import type { Dirent } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { messageOf } from '@pure-ftpd/protocol';

import { CertificateError } from './errors.ts';
import type { CertificateFiles } from './files.ts';

/** Entries of a folder that are looked at. */
const MAX_ENTRIES = 10_000;

/** Names of chain and key in a subfolder of their own: certbot's, and those of acme.sh, dehydrated and Kubernetes. */
const IN_SUBFOLDER: readonly (readonly [cert: string, key: string])[] = [
  ['fullchain.pem', 'privkey.pem'],
  ['fullchain.cer', 'privkey.key'],
  ['tls.crt', 'tls.key'],
];

/**
 * The certificates of a folder: `NAME.pem` with the key in it, or beside it as `NAME.key`; `NAME.crt` with `NAME.key`; a
 * subfolder with `fullchain.pem` and `privkey.pem` (certbot's `live`) or with `tls.crt` and `tls.key`. Names that begin
 * with a dot are passed over. In the order of their names.
 * @throws CertificateError with code `UNREADABLE` when the folder cannot be read.
 */
export async function findCertificates(folder: string): Promise<CertificateFiles[]> {
  const entries = await listFolder(folder);
  const names = new Set(entries.map(({ name }) => name));
  const found: CertificateFiles[] = [];
  for (const { name } of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const [, base, extension] = /^(.+)\.(pem|crt)$/.exec(name) ?? [];
    if (base !== undefined) {
      const key = `${base}.key`;
      if (extension === 'pem' && names.has(`${base}.crt`) && names.has(key)) continue;
      if (names.has(key) || extension === 'pem') {
        found.push({ certFile: join(folder, name), keyFile: join(folder, names.has(key) ? key : name) });
      }
    } else {
      const pair = await pairIn(join(folder, name));
      if (pair !== undefined) found.push(pair);
    }
  }
  return found;
}

async function listFolder(folder: string): Promise<Dirent[]> {
  const entries: Dirent[] = [];
  try {
    for await (const entry of await opendir(folder)) {
      if (!entry.name.startsWith('.')) entries.push(entry);
      if (entries.length >= MAX_ENTRIES) break;
    }
  } catch (error) {
    const reason = messageOf(error);
    throw new CertificateError('UNREADABLE', folder, `the folder cannot be read: ${reason}`, { cause: error });
  }
  return entries;
}

async function pairIn(folder: string): Promise<CertificateFiles | undefined> {
  for (const [cert, key] of IN_SUBFOLDER) {
    const files = { certFile: join(folder, cert), keyFile: join(folder, key) };
    if ((await exists(files.certFile)) && (await exists(files.keyFile))) return files;
  }
  return undefined;
}

async function exists(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch {
    // Missing, or not to be looked at: no certificate of ours in either case.
    return false;
  }
}
