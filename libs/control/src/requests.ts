// What a server may be asked for on its control socket: all of it on one page.
//
// Who asks is known by the kernel: the server looks at it before it reads anything. A line that is none of these, or has a field that
// is not as it should be, is answered with an error, and nothing is done.
import {
  address,
  type Check,
  type Checked,
  integer,
  list,
  matching,
  MessageViolation,
  optional,
  oneOf,
  shape,
  text,
} from '@pure-ftpd/protocol/checks';

/** The version of the protocol. It changes when a field is gone or means something else; new fields and requests leave it as it is. */
export const CONTROL_VERSION = 1;

/** Where the first server that root starts has its socket. */
export const CONTROL_SOCKET = '/run/pure-ftpd/control';

/** Bytes of a line, with its end. */
export const LINE_BYTES = 64 * 1024;

/** Connections at a time, and those of them that only root and the server's own user may have. */
export const CONNECTIONS = { most: 16, kept: 4 } as const;

/** A name of an account, in UTF-16 units: as the log and the scoreboard have it. */
const USER_LIMIT = 255;
/** Words of a command line that is handed over. */
const WORDS_LIMIT = 1024;
const WORD_LIMIT = 16_384;
/** Bytes in a second: a terabyte. */
const RATE_LIMIT = 1_000_000_000_000;
/** Seconds of a ban: ten years. */
const BAN_SECONDS = 10 * 366 * 24 * 3600;

const session = matching(/^[0-9a-f]{16}$/, 'the id of a session');
const user = matching(/^[^\0]+$/, 'the name of an account', USER_LIMIT);
const network = matching(/^[0-9a-fA-F.:]{2,45}(?:\/\d{1,3})?$/, 'an address, or a network such as 192.0.2.0/24', 50);
const reason = matching(/^[^\0-\x1f\x7f]*$/, 'one line', 200);

/** Whose sessions: exactly one of these. */
const target = { session: optional(session), user: optional(user), address: optional(address) };

interface Rule<Fields> {
  /** A field that only root and the server's own user may give, whoever else may use the socket. */
  readonly ownersField?: string;
  /** It names whose sessions it is about. */
  readonly targeted?: true;
  readonly fields: Check<Fields>;
}

function rule<Fields>(row: Rule<Fields>): Rule<Fields> {
  return row;
}

const RULES = {
  /** Who is connected, a line each. */
  sessions: rule({ fields: shape({ type: oneOf('sessions') }) }),
  /** Ends sessions at once. */
  kick: rule({ targeted: true, fields: shape({ type: oneOf('kick'), ...target }) }),
  /** Sets the bandwidth of sessions at once, transfers that run included: bytes in a second, 0 for no limit; what is left out stays. */
  throttle: rule({
    targeted: true,
    fields: shape({
      type: oneOf('throttle'),
      ...target,
      upload: optional(integer(0, RATE_LIMIT)),
      download: optional(integer(0, RATE_LIMIT)),
    }),
  }),
  /** How much of a session is logged: as `-d`, that many times. */
  verbosity: rule({ fields: shape({ type: oneOf('verbosity'), session, level: integer(0, 2) }) }),
  /** Nobody new is served; the server ends with its last session, or after that time. */
  drain: rule({ fields: shape({ type: oneOf('drain'), seconds: optional(integer(0, 86_400)) }) }),
  /** Reads the configuration anew: the file or the switches it was started with, or those of a command line that is handed over. */
  reload: rule({
    ownersField: 'words',
    fields: shape({ type: oneOf('reload'), words: optional(list(text(WORD_LIMIT), WORDS_LIMIT)) }),
  }),
  /** The limits of the server, and how much of them is used. */
  limits: rule({ fields: shape({ type: oneOf('limits') }) }),
  /** Who is banned, a line each. */
  bans: rule({ fields: shape({ type: oneOf('bans') }) }),
  /** Bans an address or a network. */
  ban: rule({
    fields: shape({
      type: oneOf('ban'),
      network,
      seconds: optional(integer(1, BAN_SECONDS)),
      reason: optional(reason),
    }),
  }),
  /** Lifts a ban. */
  unban: rule({ fields: shape({ type: oneOf('unban'), network }) }),
  /** How the server is. */
  health: rule({ fields: shape({ type: oneOf('health') }) }),
} as const;

type Rules = typeof RULES;

/** A request that has been checked. */
export type ControlRequest = { [Name in keyof Rules]: Checked<Rules[Name]['fields']> }[keyof Rules];

/** What a server may be asked for. */
export type ControlRequestType = ControlRequest['type'];

/** A request, by its type. */
export type RequestOf<Type extends ControlRequestType> = Extract<ControlRequest, { readonly type: Type }>;

type Optional<Fields> = {
  readonly [Name in keyof Fields as undefined extends Fields[Name] ? never : Name]: Fields[Name];
} & { readonly [Name in keyof Fields as undefined extends Fields[Name] ? Name : never]?: Fields[Name] };

/** A request as it is made: what may be left out is. */
export type Asked<Type extends ControlRequestType> = { readonly type: Type } & Optional<RequestOf<Type>>;

/** Whose sessions a request is about: exactly one is there. */
export interface Target {
  readonly session?: string | undefined;
  readonly user?: string | undefined;
  readonly address?: string | undefined;
}

/** Every type of request there is. */
export const REQUEST_TYPES: readonly string[] = Object.keys(RULES);

/**
 * Takes what somebody has sent for a request.
 * @throws MessageViolation when it is none.
 */
export function checkRequest(raw: unknown): ControlRequest {
  const type = typeof raw === 'object' && raw !== null && 'type' in raw ? raw.type : undefined;
  if (!isType(type)) throw new MessageViolation(`type: one of ${REQUEST_TYPES.join(', ')} expected`);
  const { fields, targeted }: Rule<ControlRequest> = RULES[type];
  const request = fields(raw, type);
  if (targeted === true) requireOne(request);
  return request;
}

/** Whether only root and the server's own user may ask for this. */
export function isForOwner(request: ControlRequest): boolean {
  const { ownersField }: Pick<Rule<never>, 'ownersField'> = RULES[request.type];
  return ownersField !== undefined && Reflect.get(request, ownersField) !== undefined;
}

function requireOne(request: Target & { readonly type: string }): void {
  const given = [request.session, request.user, request.address].filter((one) => one !== undefined);
  if (given.length !== 1) throw new MessageViolation(`${request.type}: exactly one of session, user, address expected`);
}

function isType(type: unknown): type is ControlRequestType {
  return typeof type === 'string' && Object.hasOwn(RULES, type);
}
