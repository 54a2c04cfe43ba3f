/** What was agreed on in a handshake. */
export interface TlsInfo {
  /** `TLSv1.3`. */
  readonly version: string;
  /** The name OpenSSL has for the cipher suite. */
  readonly cipher: string;
  /** The server the client wants (SNI), if it said so. */
  readonly serverName: string | undefined;
  /** Whether an earlier session was resumed. */
  readonly resumed: boolean;
}
