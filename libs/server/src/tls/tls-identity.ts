import type { TlsIdentity, TlsIdentitySource } from '../contract/tls.ts';

/** A source that always has the same. */
export function fixedIdentity(identity: TlsIdentity): TlsIdentitySource {
  return { current: () => identity };
}
