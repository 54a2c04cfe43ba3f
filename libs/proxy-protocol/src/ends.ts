/** One end of a connection. */
export interface SocketAddress {
  /** As `normalizeAddress` writes it. */
  readonly address: string;
  /** 0 to 65535. */
  readonly port: number;
}

/** Who has connected to what. */
export interface ConnectionEnds {
  readonly source: SocketAddress;
  readonly destination: SocketAddress;
}

/** What a header of version 2 begins with. */
export const SIGNATURE: Buffer = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');

/** Version 2, and the command in the lower half. */
export const LOCAL = 0x20;
export const PROXY = 0x21;

/** Family and transport: TCP over IPv4, and over IPv6. */
export const TCP4 = 0x11;
export const TCP6 = 0x21;
