// The structure in an entry's file, on 64-bit little-endian Linux (spec scoreboard-ftpwho section 2). Everything before the login is
// the same in all builds of the C programs.

export const STATE = 0;
export const PID = 4;
export const PEER = 8;
export const LOCAL = 136;
export const SESSION_START = 264;
export const TRANSFER_START = 272;
export const RESTART_OFFSET = 280;
export const TOTAL_SIZE = 288;
export const CURRENT_SIZE = 296;
export const LOGIN = 304;

/** `sockaddr_storage`. */
export const ADDRESS_BYTES = 128;

/** Where login and file name are: what differs between builds of the C programs. */
export interface Layout {
  /** Size of the file, by which readers tell the layouts apart. */
  readonly size: number;
  /** Bytes of the login, with its NUL. */
  readonly loginBytes: number;
  /** Bytes of the file name, with its NUL. */
  readonly nameBytes: number;
}

/** The builds there are. A server and a `pure-ftpwho` of C see each other only when they are of one build. */
export const LAYOUTS = {
  /** Debian's package. */
  debian: { size: 1464, loginBytes: 129, nameBytes: 1024 },
  /** Built from the sources with glibc. */
  upstream: { size: 1456, loginBytes: 128, nameBytes: 1024 },
  /** Built with a C library where a page is 4096 bytes, such as musl: Alpine Linux. */
  musl: { size: 3504, loginBytes: 128, nameBytes: 3072 },
} as const satisfies Record<string, Layout>;

export type LayoutName = keyof typeof LAYOUTS;

const BY_SIZE: ReadonlyMap<number, Layout> = new Map(
  Object.values(LAYOUTS).map((layout): [number, Layout] => [layout.size, layout]),
);

/** The largest file that may be an entry. */
export const LARGEST = Math.max(...BY_SIZE.keys());

/** The layout of a file of this size; undefined when it is no entry. */
export function layoutOfSize(size: number): Layout | undefined {
  return BY_SIZE.get(size);
}

/** Where the file name begins. */
export function nameOffset(layout: Layout): number {
  return LOGIN + layout.loginBytes;
}
