import type { AuthBackend } from '../backend.ts';
import { readAuthorities } from '../authorities.ts';
import { type MethodKind, parsePath } from '../method.ts';
import { readLdapConfiguration } from './configuration.ts';
import { systemTls } from './system-tls.ts';

/** `-l ldap:FILE`. */
export const LDAP: MethodKind = {
  name: 'ldap',
  argument: 'FILE',
  parse: parsePath,
  check: (path) => readLdapConfiguration(path).warnings,
  create(path, { accountServer }) {
    const { authentication } = readLdapConfiguration(path);
    return accountServer({ name: 'ldap', path }, authentication === 'password');
  },
  open: openLdapBackend,
};

/** The client is loaded here, while files can be read, and only where it is needed. */
async function openLdapBackend(path: string): Promise<AuthBackend> {
  const configuration = readLdapConfiguration(path);
  const { Directory } = await import('./directory.ts');
  const { LdapBackend } = await import('./ldap-backend.ts');
  const { caFile, isVerified } = systemTls();
  const { tlsCa = caFile } = configuration.server;
  const ca = tlsCa === undefined ? undefined : readAuthorities(tlsCa);
  // Who names authorities wants them to vouch.
  const isChecked = isVerified || configuration.server.tlsCa !== undefined;
  return new LdapBackend(configuration, new Directory(configuration, { ca, isVerified: isChecked }));
}
