// What the C client library takes from the system's file about TLS, so that installations that work go on [ldap.md §8].
import { readFileSync } from 'node:fs';

const FILES = ['/etc/ldap/ldap.conf', '/etc/openldap/ldap.conf'];

/** Authorities that may vouch for directories, and whether they have to. */
export interface SystemTls {
  readonly caFile: string | undefined;
  readonly isVerified: boolean;
}

/** Reads the first of the system's files that is there. */
export function systemTls(files: readonly string[] = FILES): SystemTls {
  const text = files.map(contentOf).find((content) => content !== undefined) ?? '';
  const value = (key: string): string | undefined => new RegExp(`^${key}\\s+(\\S+)`, 'im').exec(text)?.[1];
  return { caFile: value('TLS_CACERT'), isVerified: value('TLS_REQCERT')?.toLowerCase() !== 'never' };
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Not there, which is usual.
    return undefined;
  }
}
