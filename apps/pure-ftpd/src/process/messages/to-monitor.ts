// What the monitor accepts, from whom and when: the security policy on one page.
//
// The monitor is root. It takes these messages and no others; a message that is none of them, that comes from the wrong process
// or at the wrong time, or has a field or a descriptor that is not as it should be, ends the process that has sent it, with its
// sessions.
//
// Who a session is the monitor knows from its own book: its client's address and port, the server's, its beginning, its name, its
// login, its failures. The gate says addresses once, when a client arrives; no other message has them. What a process says of
// itself is checked by what the kernel says of it (`become.ts`, `handed-over.ts`).
import { closeSync } from 'node:fs';

import { LONGEST_NAME } from '@pure-ftpd/scoreboard';
import {
  address,
  bytes,
  type Check,
  type Checked,
  flag,
  integer,
  listOf as list,
  matching,
  MessageViolation,
  oneOf,
  optional,
  port,
  saidChecks,
  shape,
  text,
} from '@pure-ftpd/server/internal';

import { TURNED_AWAY } from '../../events/event.ts';
import { PURE_FTPD_SLOTS } from '../../features/all.ts';
import { temporaryName, unfinishedFields } from '../../unfinished/unfinished-upload.ts';

import { type HandedOver, requireHandedOver } from './handed-over.ts';

/**
 * Who sends messages to the monitor: the gate before a login, workers after it, spare workers that are nobody's yet, who serves
 * metrics, and who has the credentials of a bucket.
 */
export type Sender = 'gate' | 'worker' | 'spare' | 'metrics' | 'storage';

/**
 * What the monitor knows of a session.
 * - `unknown`: nothing.
 * - `arrived`: its client is there, and has not tried to log in.
 * - `judging`: its login is being judged.
 * - `refused`: it may try again.
 * - `admitted`: it may move to its worker.
 * - `served`: by a worker.
 */
export type SessionPhase = 'unknown' | 'arrived' | 'judging' | 'refused' | 'admitted' | 'served';

/** What a client has sent and nobody has executed: the limit of the command loop and of one read, twice. */
export const UNREAD_LIMIT = 512 * 1024;
/** A home and a name in it, in UTF-16 units: each has at most 4096 bytes. */
const PATH_LIMIT = 8192;
/** A certificate with those it depends on. */
const PEM_LIMIT = 128 * 1024;
/** Names of accounts, in UTF-16 units: bytes that are no UTF-8 are a unit each. */
const LOGIN_LIMIT = 127;
/** Characters of a line of the log. */
export const LINE_LIMIT = 16_384;
/** Events of one message. */
export const EVENTS_LIMIT = 64;
/** Ten years, in milliseconds: longer than any transfer. */
const DURATION_LIMIT = 10 * 366 * 24 * 3600 * 1000;
/** Names that the certificate daemon may be asked for at a time: more than there may be handshakes. */
export const CERTIFICATE_REQUESTS = 1024;

/** More than any session moves in a second: all that there is. */
export const WANTS_ALL: number = Number.MAX_SAFE_INTEGER;

const session = matching(/^[0-9a-f]{16}$/, 'the id of a session');
const request = integer(0, Number.MAX_SAFE_INTEGER);
const bytesMoved = integer(0, Number.MAX_SAFE_INTEGER);
const hostName = matching(/^[A-Za-z0-9.:_-]{1,255}$/, 'the name of a host');
const serverName = matching(/^[A-Za-z0-9._-]{1,255}$/, 'the name of a server');
/** A path as it is: whatever a name can have is in it, and whoever shows it makes that safe. */
const path = matching(/^[^\0]*$/, 'a path', PATH_LIMIT);

/** What a client has made of its session: all that a process may say of one that it gives away. */
const sessionState = shape(saidChecks(PURE_FTPD_SLOTS));

/** What a worker needs to protect data connections as the gate protects the control connection. */
const tlsState = shape({
  ticketKeys: bytes(48),
  sessions: list(shape({ id: bytes(32), state: bytes(16_384) }), 8),
  certificate: text(PEM_LIMIT),
  key: text(PEM_LIMIT),
  authorities: list(text(PEM_LIMIT), 64),
  version: text(16),
  cipher: text(64),
  serverName: text(255),
  resumed: flag,
});

interface Rule<Fields, From extends readonly Sender[] = readonly Sender[]> {
  readonly from: From;
  /** What the session it is about must be; a worker only speaks of sessions that it serves. Without it, it is about none. */
  readonly session?: readonly SessionPhase[];
  /** The connection of the session comes with it as a descriptor: that of its client, or the relay of a gate. */
  readonly descriptor?: true;
  readonly fields: Check<Fields>;
}

function rule<Fields, const From extends readonly Sender[]>(row: Rule<Fields, From>): Rule<Fields, From> {
  return row;
}

/** What may be told of a session, for the sinks: what happened. Whose it was, and when, is known already. */
const EVENTS = {
  /** Words for the log, about a session or none. Whoever has that session not, or not any more, speaks of none. */
  line: rule({
    from: ['gate', 'worker', 'storage'],
    fields: shape({
      type: oneOf('line'),
      session: optional(session),
      /** Whether its user has logged in by then. */
      byUser: flag,
      level: oneOf('DEBUG', 'INFO', 'NOTICE', 'WARNING', 'ERROR'),
      text: text(LINE_LIMIT),
    }),
  }),
  /** A transfer has ended: what, and how. */
  transferred: rule({
    from: ['worker'],
    session: ['served'],
    fields: shape({
      type: oneOf('transferred'),
      session,
      direction: oneOf('upload', 'download'),
      path,
      bytes: bytesMoved,
      milliseconds: integer(0, DURATION_LIMIT),
      transferType: oneOf('ascii', 'binary'),
      complete: flag,
      code: integer(100, 599),
      encrypted: flag,
    }),
  }),
  /** A transfer is to be shown. It is told late: of a session that has gone meanwhile nobody hears, as of the next two. */
  transferBegan: rule({
    from: ['worker'],
    fields: shape({
      type: oneOf('transferBegan'),
      session,
      direction: oneOf('upload', 'download'),
      name: text(LONGEST_NAME),
      offset: bytesMoved,
      size: bytesMoved,
    }),
  }),
  /** Where in its file it is. */
  progress: rule({ from: ['worker'], fields: shape({ type: oneOf('progress'), session, position: bytesMoved }) }),
  /** The client of a session says what no client of FTP says. */
  violated: rule({ from: ['gate'], fields: shape({ type: oneOf('violated'), session }) }),
  /** What it wanted to store is more than there may be. */
  storageFull: rule({
    from: ['worker'],
    session: ['served'],
    fields: shape({ type: oneOf('storageFull'), session }),
  }),
  /** A client was turned away before it had a session. */
  turnedAway: rule({ from: ['gate'], fields: shape({ type: oneOf('turnedAway'), reason: oneOf(...TURNED_AWAY) }) }),
  /** It is over. */
  idle: rule({ from: ['worker'], fields: shape({ type: oneOf('idle'), session }) }),
} as const;

/** What happened in a session, as a process tells it. */
export type ToldEvent = {
  [Name in keyof typeof EVENTS]: Checked<(typeof EVENTS)[Name]['fields']>;
}[keyof typeof EVENTS];

const toldEvent: Check<ToldEvent> = (value, field) => {
  const type = typeOf(value);
  if (!isKey(EVENTS, type)) throw new MessageViolation(`${field}: no such event`);
  const row: Rule<ToldEvent> = EVENTS[type];
  return row.fields(value, `${field} ${type}`);
};

const RULES = {
  /** The process has given up its rights, and works. Said once. */
  ready: rule({ from: ['gate', 'worker', 'metrics', 'storage'], fields: shape({ type: oneOf('ready') }) }),
  /** The numbers are wanted. */
  collect: rule({ from: ['metrics'], fields: shape({ type: oneOf('collect') }) }),
  /** A spare worker has practised, and waits for an identity. It may say nothing else before it has one, and this once. */
  prepared: rule({ from: ['spare'], fields: shape({ type: oneOf('prepared') }) }),
  /** What happened in sessions: each event is looked at by a rule of its own, above. */
  events: rule({
    from: ['gate', 'worker', 'storage'],
    fields: shape({ type: oneOf('events'), events: list(toldEvent, EVENTS_LIMIT) }),
  }),
  /** A client has connected: who it is. */
  arrived: rule({
    from: ['gate'],
    session: ['unknown'],
    fields: shape({
      type: oneOf('arrived'),
      session,
      remoteAddress: address,
      remotePort: port,
      localAddress: address,
      localPort: port,
      /** The connection of the proxy that brings it: of one that `--proxy-from` lists. */
      proxy: optional(shape({ address, port, localAddress: address })),
    }),
  }),
  /** What the log calls it, once that is known; the session may be anywhere by then. No other address than its own. */
  named: rule({ from: ['gate'], fields: shape({ type: oneOf('named'), session, hostName }) }),
  /** USER and PASS. */
  judge: rule({
    from: ['gate'],
    session: ['arrived', 'refused'],
    fields: shape({
      type: oneOf('judge'),
      session,
      login: text(LOGIN_LIMIT),
      password: bytes(511),
      encrypted: flag,
      serverName: optional(serverName),
    }),
  }),
  /** USER ftp. */
  judgeAnonymous: rule({
    from: ['gate'],
    session: ['arrived', 'refused'],
    fields: shape({ type: oneOf('judgeAnonymous'), session }),
  }),
  /** Its client has ended meanwhile: nobody waits for the judgement, which may be on its way. */
  hungUp: rule({
    from: ['gate'],
    session: ['judging', 'refused', 'admitted'],
    fields: shape({ type: oneOf('hungUp'), session }),
  }),
  /** The connection of a session, for the worker of its account. */
  move: rule({
    from: ['gate'],
    session: ['admitted'],
    descriptor: true,
    fields: shape({
      type: oneOf('move'),
      session,
      state: sessionState,
      unread: bytes(UNREAD_LIMIT),
      /** The descriptor is the gate's relay. */
      relayed: flag,
      tls: optional(tlsState),
    }),
  }),
  /** A client was refused who has as many connections as one address may have. */
  flooded: rule({ from: ['gate'], fields: shape({ type: oneOf('flooded'), address }) }),
  /** A session has ended before it was served. */
  gone: rule({
    from: ['gate'],
    session: ['arrived', 'judging', 'refused', 'admitted'],
    fields: shape({ type: oneOf('gone'), session }),
  }),
  /** The address of `-P`, which the gate cannot look up where it is. Once for each session at a time. */
  announcedAddress: rule({
    from: ['gate'],
    session: ['arrived'],
    fields: shape({ type: oneOf('announcedAddress'), session }),
  }),
  /** The certificate for a client that names the server it wants, by the certificate daemon. */
  certificate: rule({ from: ['gate'], fields: shape({ type: oneOf('certificate'), request, name: text(255) }) }),
  /** It accepts nobody any more, as it was told, and has said of everybody who came before. */
  stopped: rule({ from: ['gate'], fields: shape({ type: oneOf('stopped') }) }),
  /** After so many bytes of the worker, a relayed connection goes on in clear (CCC, REIN); the gate sees to that, once. */
  clearControl: rule({
    from: ['worker'],
    session: ['served'],
    fields: shape({ type: oneOf('clearControl'), session, written: bytesMoved }),
  }),
  /** That was done, as it was asked; the session may have ended meanwhile. */
  controlCleared: rule({ from: ['gate'], fields: shape({ type: oneOf('controlCleared'), session }) }),
  /** A session has ended. */
  ended: rule({ from: ['worker'], session: ['served'], fields: shape({ type: oneOf('ended'), session }) }),
  /**
   * A temporary file of an upload is about to be made. Should the worker die, another of the same identity removes it, which may do no
   * more than this one: so root, directory and whether it is charged are taken as they are said. The name is one of ours, and this
   * worker's (`worker-uploads.ts`).
   */
  uploadBegan: rule({ from: ['worker'], fields: shape({ type: oneOf('uploadBegan'), ...unfinishedFields }) }),
  /**
   * A file was stored, and its client waits for that to be written down (`--upload-journal`). Who it is, whose it is and when the monitor
   * knows; the file itself belongs to this worker's identity, which may make it any size: so that and its permissions are taken as they are
   * said. A session has few of them at a time (`stored-uploads.ts`).
   */
  stored: rule({
    from: ['worker'],
    session: ['served'],
    fields: shape({
      type: oneOf('stored'),
      session,
      request,
      path: matching(/^\/[^\0]*$/, 'an absolute path', PATH_LIMIT),
      size: optional(bytesMoved),
      perms: optional(integer(0, 0o7777)),
    }),
  }),
  /** It is gone, or has its own name. */
  uploadEnded: rule({ from: ['worker'], fields: shape({ type: oneOf('uploadEnded'), name: temporaryName }) }),
  /** The user of a session has left, and the client goes on (REIN): its connection, for the gate. */
  back: rule({
    from: ['worker'],
    session: ['served'],
    descriptor: true,
    fields: shape({ type: oneOf('back'), session, state: sessionState, unread: bytes(UNREAD_LIMIT) }),
  }),
  /**
   * An active data connection, from a port below 1024. To others than the client only where FXP is allowed. Requests of a session
   * have numbers of their own, and are few at a time (`data-connections.ts`).
   */
  connect: rule({
    from: ['worker'],
    session: ['served'],
    fields: shape({ type: oneOf('connect'), session, request, host: address, port: integer(1024, 65_535) }),
  }),
  /** A passive port of the configured range. From others than the client only where FXP is allowed. */
  reserve: rule({
    from: ['worker'],
    session: ['served'],
    fields: shape({ type: oneOf('reserve'), session, request, anyPeer: flag }),
  }),
  /**
   * So many bytes a second a session wants of what sessions have between them: at most its own part, whatever is said here. It is told
   * late: of a session that has gone meanwhile nobody hears.
   */
  wants: rule({
    from: ['worker'],
    fields: shape({ type: oneOf('wants'), session, way: oneOf('upload', 'download'), bytes: integer(0, WANTS_ALL) }),
  }),
  /** What was asked for by that number is not needed any more, whether it was answered or not. */
  release: rule({ from: ['worker'], session: ['served'], fields: shape({ type: oneOf('release'), session, request }) }),
} as const;

type Rules = typeof RULES;

/** A message of some process, checked. */
export type MessageFrom<Role extends Sender> = {
  [Name in keyof Rules]: Role extends Rules[Name]['from'][number] ? Checked<Rules[Name]['fields']> : never;
}[keyof Rules];

/** Any message that has been checked. */
export type MessageToMonitor = MessageFrom<Sender>;

/** As it is sent: bytes in base64. */
export type Sent<Value> = Value extends Buffer
  ? string
  : Value extends readonly (infer Item)[]
    ? readonly Sent<Item>[]
    : Value extends object
      ? { readonly [Name in keyof Value]: Sent<Value[Name]> }
      : Value;
export type SentToMonitor = Sent<MessageToMonitor>;

/** What protects a session, for its worker. */
export type MovingTls = Checked<typeof tlsState>;

/** What a process says of a session that it gives away. */
export type MovingState = Checked<typeof sessionState>;

/** The sender, as the monitor knows it. */
export interface SenderState<Role extends Sender = Sender> {
  readonly role: Role;
  /** Whether it has said that it is ready; of a spare worker, that it is prepared. */
  readonly isReady: boolean;
  /** What the monitor knows of a session; of a worker, `unknown` unless it serves it. */
  phaseOf(session: string): SessionPhase;
  /** What the connection of a session is that it gives away, by the monitor's own book. */
  connectionOf(session: string, relayed: boolean | undefined): HandedOver | undefined;
}

/**
 * Takes what a process has sent for a message that it may send now.
 * @throws MessageViolation
 */
export function admitMessage<Role extends Sender>(
  sender: SenderState<Role>,
  raw: unknown,
  descriptor: number | undefined,
): MessageFrom<Role> {
  const type = typeOf(raw);
  if (!isKey(RULES, type)) throw new MessageViolation('no such message');
  const row: Rule<MessageToMonitor> = RULES[type];
  if (!isFrom(sender.role, row)) throw new MessageViolation(`${type}: not from a ${sender.role}`);
  if ((type === 'ready' || type === 'prepared') === sender.isReady && type !== 'events')
    throw new MessageViolation(`${type}: ${sender.isReady ? 'said twice' : 'before it is ready'}`);
  if ((descriptor !== undefined) !== (row.descriptor === true))
    throw new MessageViolation(`${type}: ${descriptor === undefined ? 'without its' : 'with a'} descriptor`);
  const message = row.fields(raw, type);
  requirePhase(sender, row, message);
  if ('events' in message) for (const event of message.events) requireMayTell(sender, event);
  if (descriptor !== undefined && 'session' in message && message.session !== undefined) {
    const relayed = 'relayed' in message ? message.relayed : undefined;
    requireHandedOver(type, descriptor, sender.connectionOf(message.session, relayed));
  }
  return message;
}

/** The same for who owns the descriptor, which is closed when the message is refused. @throws MessageViolation */
export function admitOrClose<Role extends Sender>(
  sender: SenderState<Role>,
  raw: unknown,
  descriptor: number | undefined,
): MessageFrom<Role> {
  try {
    return admitMessage(sender, raw, descriptor);
  } catch (error) {
    if (descriptor !== undefined) closeSync(descriptor);
    throw error;
  }
}

/** How many things a message says, before it has been looked at. */
export function eventsIn(raw: unknown): number {
  const events: unknown = typeof raw === 'object' && raw !== null && 'events' in raw ? raw.events : undefined;
  return Array.isArray(events) ? Math.max(1, events.length) : 1;
}

/** An event is from whom it may be, about a session that it may be about. */
function requireMayTell(sender: SenderState, event: ToldEvent): void {
  const row: Rule<ToldEvent> = EVENTS[event.type];
  if (!row.from.includes(sender.role)) throw new MessageViolation(`${event.type}: not from a ${sender.role}`);
  requirePhase(sender, row, event);
}

function requirePhase(
  sender: SenderState,
  row: Pick<Rule<never>, 'session'>,
  said: { readonly type: string; readonly session?: string | undefined },
): void {
  if (row.session === undefined || said.session === undefined) return;
  const phase = sender.phaseOf(said.session);
  if (!row.session.includes(phase)) throw new MessageViolation(`${said.type}: the session is ${phase}`);
}

function typeOf(raw: unknown): unknown {
  return typeof raw === 'object' && raw !== null && 'type' in raw ? raw.type : undefined;
}

function isKey<Table extends object>(table: Table, name: unknown): name is keyof Table {
  return typeof name === 'string' && Object.hasOwn(table, name);
}

/** The rows that a role may use are those of which its messages are made. */
function isFrom<Role extends Sender>(role: Role, row: Rule<MessageToMonitor>): row is Rule<MessageFrom<Role>> {
  return row.from.includes(role);
}
