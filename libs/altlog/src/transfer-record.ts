/**
 * A transfer that has ended, well or not: what a line of a transfer log is made of. Plain data, which can be sent to another
 * process as JSON. Names are strings in the form of `decodeName` of `@pure-ftpd/protocol`.
 */
export interface TransferRecord {
  /** When it ended, in milliseconds since 1970. */
  readonly time: number;
  /** The session: when its client connected, in milliseconds since 1970, and the process that served it. */
  readonly session: { readonly startedAt: number; readonly pid: number };
  /** Who logged in; `ftp` for anonymous users. */
  readonly user: string;
  /** The client as logs call it: its name, or its address. */
  readonly host: string;
  readonly address: string;
  readonly direction: 'upload' | 'download';
  /** Absolute, as the system knows the file, not as its user does. */
  readonly path: string;
  /** What this transfer moved, on the wire for downloads and into the file for uploads, where it stays. */
  readonly bytes: number;
  readonly seconds: number;
  readonly type: 'ascii' | 'binary';
  readonly complete: boolean;
  /** Of the reply that the client got at its end. */
  readonly code: number;
  /** Whether TLS protected the data connection. */
  readonly encrypted: boolean;
}
