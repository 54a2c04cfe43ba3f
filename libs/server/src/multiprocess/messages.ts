/** What the primary process tells a worker. */
export type ToWorker =
  /** A client, whose socket comes with the message. */
  | { readonly type: 'ftp:connection'; readonly id: number; readonly implicitTls: boolean }
  /** End all sessions, and then yourself; first, for so many seconds, let them do what they are about. */
  | { readonly type: 'ftp:close'; readonly graceful: number };

/** What a worker tells the primary process. */
export type ToPrimary =
  /** Clients can come. */
  | { readonly type: 'ftp:ready' }
  /** The connection of a client has ended. */
  | { readonly type: 'ftp:ended'; readonly id: number };

/** A message of ours; the application may exchange others. */
export function isToWorker(message: unknown): message is ToWorker {
  return (
    hasType(message) &&
    ((message.type === 'ftp:close' && hasGraceful(message)) ||
      (message.type === 'ftp:connection' && hasId(message) && hasImplicitTls(message)))
  );
}

/** A message of ours; the application may exchange others. */
export function isToPrimary(message: unknown): message is ToPrimary {
  return hasType(message) && (message.type === 'ftp:ready' || (message.type === 'ftp:ended' && hasId(message)));
}

function hasType(message: unknown): message is { readonly type: unknown } {
  return typeof message === 'object' && message !== null && 'type' in message;
}

function hasGraceful(message: object): boolean {
  return 'graceful' in message && typeof message.graceful === 'number' && message.graceful >= 0;
}

function hasImplicitTls(message: object): boolean {
  return 'implicitTls' in message && typeof message.implicitTls === 'boolean';
}

function hasId(message: object): boolean {
  return 'id' in message && Number.isSafeInteger(message.id);
}
