import { type SocketEnd, socketStatus } from '@pure-ftpd/posix';

import { MessageViolation } from '@pure-ftpd/server/internal';

/** What the connection of a session must be that a process gives away. */
export type HandedOver =
  /** That of its client. */
  | { readonly kind: 'client'; readonly remote: SocketEnd; readonly local: SocketEnd }
  /** One end of a pair that this process has made: what it relays. */
  | { readonly kind: 'relay'; readonly maker: number };

/**
 * Looks at a descriptor that another process has handed over, by what the kernel says of it: a connected stream, of that client
 * or of that relay. Of a client that has reset its connection the kernel knows the local end alone, which is enough: nobody hears
 * what is said to it.
 * @throws MessageViolation for anything else.
 */
export function requireHandedOver(type: string, descriptor: number, expected: HandedOver | undefined): void {
  const status = socketStatus(descriptor);
  const fails = (reason: string): never => {
    throw new MessageViolation(`${type}: the descriptor ${reason}`);
  };
  if (status === undefined) return fails('is no socket');
  if (expected?.kind === 'relay') {
    if (status.kind !== 'unix') return fails('is no relay');
    if (status.peerPid !== expected.maker) return fails('is a relay of somebody else');
    return;
  }
  if (status.kind !== 'tcp') return fails('is no connection');
  const isOurs = isSame(status.local, expected?.local);
  if (!isOurs || (status.peer !== undefined && !isSame(status.peer, expected?.remote)))
    return fails('is no connection of this session');
}

function isSame(one: SocketEnd | undefined, other: SocketEnd | undefined): boolean {
  return one !== undefined && other !== undefined && one.address === other.address && one.port === other.port;
}
