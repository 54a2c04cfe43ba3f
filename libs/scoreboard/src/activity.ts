/** A transfer that begins. */
export interface TransferStart {
  readonly direction: 'download' | 'upload';
  /** The argument of the command as the client sent it, in the form of `decodeName`. */
  readonly name: string;
  /** Where in the file it begins, in bytes: after REST, or the size of the file for APPE. */
  readonly offset: number;
  /** Size of the file that is downloaded, in bytes. Of an upload nobody knows it. */
  readonly size?: number;
  /**
   * Where in the file it is by now. Asked about once a second, so that moving data costs nothing:
   * `() => offset + dtp.transmittedBytes`.
   */
  readonly position: () => number;
}

/** What a session does after login, as its server tells it: on the scoreboard itself, or to the process that writes there. */
export interface SessionActivity {
  /** RETR, STOR, APPE or STOU was accepted, and its data connection is open. Lists are no transfers here. */
  transfer(start: TransferStart): void;
  /** The transfer is over, however it ended. */
  idle(): void;
}
