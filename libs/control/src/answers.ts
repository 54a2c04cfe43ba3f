// What a server says on its control socket: a greeting, and for each request any number of items, then how it went. Clients pass over
// fields that they do not know.
import {
  address,
  type Check,
  type Checked,
  flag,
  integer,
  list,
  oneOf,
  optional,
  port,
  shape,
  text,
} from '@pure-ftpd/protocol/checks';

const ANY = Number.MAX_SAFE_INTEGER;
const count = integer(0, ANY);
const TEXT_LIMIT = 16_384;
const string = text(TEXT_LIMIT);

/** An object with these fields, and others that are passed over. */
function open<Fields extends Readonly<Record<string, Check<unknown>>>>(
  fields: Fields,
): ReturnType<typeof shape<Fields>> {
  const exact = shape(fields);
  return (value, field) =>
    exact(
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).filter(([name]) => Object.hasOwn(fields, name)))
        : value,
      field,
    );
}

/** Bytes in a second, 0 for no limit. */
const rates = { upload: optional(count), download: optional(count) };

/** The first line: who speaks. A client goes on if it knows the version. */
export const greeting = open({ control: count, server: string, pid: count });

/** A session. */
export const sessionItem = open({
  session: string,
  /** `?` before the login. */
  user: string,
  /** The client. */
  address,
  port,
  /** Its name, or its address. */
  host: string,
  localAddress: address,
  localPort: port,
  /** Milliseconds since 1970. */
  startedAt: count,
  /** The process that serves it. */
  pid: count,
  state: oneOf('login', 'idle', 'download', 'upload'),
  /** Of the transfer that runs, once it has lasted for a moment: as the client has called the file. */
  file: optional(string),
  /** Where in the file it began, where it is, and the size of the file that is downloaded, else 0: bytes. */
  offset: optional(count),
  position: optional(count),
  size: optional(count),
  transferStartedAt: optional(count),
  /** What was set by `throttle`. */
  throttle: optional(open(rates)),
});

/** A ban. */
export const banItem = open({
  network: string,
  reason: string,
  /** Milliseconds since 1970; left out where it does not end by itself. */
  until: optional(count),
});

/** How much of a limit is used; 0 for no limit. */
const limit = open({ limit: count, used: count });

const DONE = {
  sessions: open({}),
  kick: open({
    /** Sessions that were told, and those of them that have not ended within a few seconds. */
    sessions: count,
    left: list(open({ session: string, pid: count }), 100_000),
  }),
  throttle: open({ sessions: count }),
  verbosity: open({}),
  drain: open({ sessions: count }),
  reload: open({
    /** Options whose settings are others now, and those whose are not before a restart. */
    changed: list(string, 1000),
    restart: list(string, 1000),
  }),
  limits: open({
    sessions: limit,
    /** Of one address, user, or of anonymous users: the fullest. */
    perAddress: limit,
    perUser: limit,
    anonymous: limit,
    /** Of a session, unless its account has others. */
    bandwidth: open(rates),
    /** Of all sessions of a user, and of all there are; a server of before says nothing of them. */
    userBandwidth: optional(open(rates)),
    serverBandwidth: optional(open(rates)),
  }),
  bans: open({}),
  ban: open({}),
  unban: open({ lifted: flag }),
  health: open({
    version: string,
    pid: count,
    /** With root's rights apart from those who serve, or one process. */
    mode: oneOf('separated', 'alone'),
    state: oneOf('serving', 'draining'),
    /** Milliseconds since 1970. */
    startedAt: count,
    /** Of the last reload that was taken; left out where there was none. */
    reloadedAt: optional(count),
    sessions: count,
    workers: count,
    /** Configurations that sessions still go by, the newest counted. */
    configurations: count,
    /** How many networks are banned; left out by a server that bans nobody. */
    bans: optional(count),
  }),
} as const;

type Done = typeof DONE;

/** Why a request was not done. */
export type ErrorCode =
  /** The line is no request. Nothing else is read after one that is too long. */
  | 'malformed'
  /** There are as many connections as there may be. */
  | 'busy'
  /** Who asks may not. */
  | 'forbidden'
  /** There is no such session, user, address, ban. */
  | 'notFound'
  /** This server has no such thing. */
  | 'unsupported'
  /** The configuration is not taken, and nothing has changed: see `problems`. */
  | 'refused'
  | 'failed';

const CODES = ['malformed', 'busy', 'forbidden', 'notFound', 'unsupported', 'refused', 'failed'] as const;

const failure = open({
  type: oneOf('error'),
  code: oneOf(...CODES),
  message: string,
  /** A line each, with file and line. */
  problems: optional(list(string, 1000)),
});

/** How a request went. */
export type DoneOf<Type extends keyof Done> = Checked<Done[Type]>;
export type Greeting = Checked<typeof greeting>;
export type SessionItem = Checked<typeof sessionItem>;
export type BanItem = Checked<typeof banItem>;
export type Failure = Checked<typeof failure>;

/** What requests answer with a line each. */
export interface Items {
  readonly sessions: SessionItem;
  readonly bans: BanItem;
}

const anything: Check<unknown> = (value) => value;

const ITEMS = { sessions: sessionItem, bans: banItem } as const;

/** A line of an answer. */
export type AnswerLine<Type extends keyof Done> =
  | { readonly type: 'item'; readonly item: Type extends keyof Items ? Items[Type] : never }
  | { readonly type: 'done'; readonly done: DoneOf<Type> }
  | Failure;

/** Takes a line for one of the answer to a request. @throws MessageViolation */
export function checkAnswer(
  raw: unknown,
  type: keyof Done,
): { readonly type: 'item'; readonly item: unknown } | { readonly type: 'done'; readonly done: unknown } | Failure {
  const kind = open({ type: oneOf('item', 'done', 'error') })(raw, 'answer').type;
  if (kind === 'error') return failure(raw, 'error');
  if (kind === 'done') return { type: kind, done: DONE[type](open({ done: anything })(raw, 'answer').done, type) };
  const check: Check<unknown> | undefined = Object.hasOwn(ITEMS, type) ? Reflect.get(ITEMS, type) : undefined;
  if (check === undefined) return { type: kind, item: undefined };
  return { type: kind, item: check(open({ item: anything })(raw, 'answer').item, `${type} item`) };
}
