// The public door.

export type { ConnectionEnds, SocketAddress } from './ends.ts';
export { HeaderReader, ProxyHeaderError } from './header-reader.ts';
export { headerV1, headerV2 } from './header-writer.ts';
