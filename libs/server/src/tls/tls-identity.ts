import type { FTPHandler } from '../ftp-handler.ts';
import type { Awaitable } from '../filesystem/virtual-file.ts';

/** A certificate and its key: who the server proves to be. An object never changes its content; what is new is another one. */
export interface TlsIdentity {
  /** The certificate, then those it depends on, in PEM. */
  readonly certificate: string | Buffer;
  /** Its private key, in PEM. */
  readonly key: string | Buffer;
  /** What the key is encrypted with. */
  readonly passphrase?: string;
  /** Certificates of the authorities whose clients are accepted, in PEM, where they depend on the identity. */
  readonly authorities?: string | Buffer | readonly (string | Buffer)[];
}

/**
 * What becomes of a client that names the server it wants: this certificate, also on the data connections of its session;
 * the one for clients that name none; or the end of the connection.
 */
export type NamedIdentity = TlsIdentity | 'default' | 'refuse';

/** Where a server has its certificates from. Asked anew for every session, so that what is replaced is used by the next. */
export interface TlsIdentitySource {
  /** For clients that name no server, and wherever `forServerName` says `default`. */
  current(): TlsIdentity;
  /**
   * For a client that names the server it wants (SNI), while nobody is logged in. Without it all get `current`. What it
   * throws ends the connection, as `refuse` does.
   * @param serverName What the client has sent, in any form.
   */
  forServerName?(serverName: string, session: FTPHandler): Awaitable<NamedIdentity>;
}

/** A source that always has the same. */
export function fixedIdentity(identity: TlsIdentity): TlsIdentitySource {
  return { current: () => identity };
}
