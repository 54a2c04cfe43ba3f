// What a server and the helper of a backend say to each other. What the helper says is checked as a stranger's: it hears an
// account server that may lie.
import { decodeName, encodeName, NameError, printableName } from '@pure-ftpd/protocol';

import { type Account, type AccountLimits, parseHome } from '../account.ts';
import { isAccountId } from '../account-id.ts';
import type { LoginAttempt, LogLevel } from '../backend.ts';
import { encodeFrame, type Frame, FrameError } from '../helper/frames.ts';

/** What is asked: a backend is opened once, then come logins, each with a number. */
export type RemoteRequest =
  | { readonly kind: 'open'; readonly method: string; readonly path: string }
  | { readonly kind: 'login'; readonly id: string; readonly attempt: LoginAttempt }
  /** Nobody waits for this login any more. */
  | { readonly kind: 'gone'; readonly id: string }
  /** Asks the server of accounts once. */
  | { readonly kind: 'probe' };

export type RemoteReply =
  | { readonly kind: 'opened' }
  | { readonly kind: 'failed'; readonly reason: string }
  | RemoteAnswer;

/** What a helper that is open has to say. */
export type RemoteAnswer =
  /** Of a probe: what is wrong, or nothing. */
  | { readonly kind: 'probed'; readonly problem: string | undefined }
  /** For the log of a login. */
  | { readonly kind: 'note'; readonly id: string; readonly level: LogLevel; readonly text: string }
  | RemoteVerdict;

/** What ends a login. */
export type RemoteVerdict =
  | { readonly kind: 'unknown'; readonly id: string }
  | { readonly kind: 'refused'; readonly id: string; readonly reason: string }
  | { readonly kind: 'accepted'; readonly id: string; readonly account: RemoteAccount };

/** What a helper says of an account; whose it is, the server knows. */
export type RemoteAccount = Omit<Account, 'login' | 'method'>;

/** Longer texts are cut. */
const MAX_TEXT_BYTES = 2000;
const MAX_HOME_BYTES = 4096;
const LEVELS: readonly LogLevel[] = ['info', 'warning', 'error'];
const LIMITS = [
  'uploadBandwidth',
  'downloadBandwidth',
  'uploadRatio',
  'downloadRatio',
  'quotaFiles',
  'quotaSize',
  'maxSessions',
] as const satisfies readonly (keyof AccountLimits)[];

/** The caller wipes it when it is sent: a password may be in it. @throws NameError for a login that stands for no bytes. */
export function encodeRequest(request: RemoteRequest): Buffer {
  switch (request.kind) {
    case 'open':
      return encodeFrame('O', [request.method, request.path].map(encodeName));
    case 'gone':
      return encodeFrame('G', [encodeName(request.id)]);
    case 'probe':
      return encodeFrame('P', []);
    case 'login': {
      const { login, password, localAddress, localPort, clientAddress, encrypted } = request.attempt;
      const words = [localAddress, String(localPort), clientAddress, encrypted ? '1' : '0'];
      return encodeFrame('L', [encodeName(request.id), encodeName(login), password, ...words.map(encodeName)]);
    }
    default:
      return request satisfies never;
  }
}

/** The password is a view of the frame. @throws FrameError. */
export function decodeRequest({ kind, fields }: Frame): RemoteRequest {
  const [first, second, password, ...words] = fields;
  const [id, login] = [first, second].map((field) => (field === undefined ? '' : decodeName(field)));
  const [localAddress, localPort, clientAddress, encrypted] = words.map(decodeName);
  if (kind === 'O' && fields.length === 2) return { kind: 'open', method: id ?? '', path: login ?? '' };
  if (kind === 'G' && fields.length === 1) return { kind: 'gone', id: id ?? '' };
  if (kind === 'P' && fields.length === 0) return { kind: 'probe' };
  if (
    kind !== 'L' ||
    fields.length !== 7 ||
    password === undefined ||
    localAddress === undefined ||
    clientAddress === undefined
  )
    throw new FrameError('no such request');
  const attempt = {
    login: login ?? '',
    password,
    localAddress,
    localPort: Number(localPort),
    clientAddress,
    encrypted: encrypted === '1',
  };
  return { kind: 'login', id: id ?? '', attempt };
}

function text(value: string): Buffer {
  return encodeName(value).subarray(0, MAX_TEXT_BYTES);
}

export function encodeReply(reply: RemoteReply): Buffer {
  switch (reply.kind) {
    case 'opened':
      return encodeFrame('Y', []);
    case 'failed':
      return encodeFrame('X', [text(reply.reason)]);
    case 'probed':
      return encodeFrame('P', [text(reply.problem ?? '')]);
    case 'unknown':
      return encodeFrame('U', [encodeName(reply.id)]);
    case 'refused':
      return encodeFrame('R', [encodeName(reply.id), text(reply.reason)]);
    case 'note':
      return encodeFrame('N', [encodeName(reply.id), encodeName(reply.level), text(reply.text)]);
    case 'accepted': {
      const { uid, gid, home, resolvesNames, limits } = reply.account;
      const numbers = LIMITS.map((key) => String(limits[key] ?? ''));
      const words = [reply.id, String(uid), String(gid), home.field, resolvesNames ? '1' : '0', ...numbers];
      return encodeFrame('A', words.map(encodeName));
    }
    default:
      return reply satisfies never;
  }
}

/** @throws FrameError for anything else than a reply that makes sense. */
export function decodeReply({ kind, fields }: Frame): RemoteReply {
  const words = decoded(fields);
  const [id = '', second = '', third = ''] = words;
  const isShaped = (letter: string, count: number): boolean => kind === letter && fields.length === count;
  if (isShaped('Y', 0)) return { kind: 'opened' };
  if (isShaped('X', 1)) return { kind: 'failed', reason: line(id) };
  if (isShaped('P', 1)) return { kind: 'probed', problem: id === '' ? undefined : line(id) };
  if (isShaped('U', 1)) return { kind: 'unknown', id };
  if (isShaped('R', 2)) return { kind: 'refused', id, reason: line(second) };
  if (isShaped('N', 3)) {
    const level = LEVELS.find((known) => known === second);
    if (level === undefined) throw new FrameError('a note of no level');
    return { kind: 'note', id, level, text: line(third) };
  }
  if (isShaped('A', 5 + LIMITS.length)) return { kind: 'accepted', id, account: accountOf(words.slice(1)) };
  throw new FrameError('no such reply');
}

function decoded(fields: readonly Buffer[]): string[] {
  try {
    return fields.map((field) => decodeName(field));
  } catch (error) {
    if (error instanceof NameError) throw new FrameError('a reply that is no text', { cause: error });
    throw error;
  }
}

function line(value: string): string {
  return printableName(value.slice(0, MAX_TEXT_BYTES));
}

function accountOf([uid, gid, home = '', resolvesNames, ...numbers]: readonly string[]): RemoteAccount {
  if (!home.startsWith('/') || home.includes('\0') || encodeName(home).length > MAX_HOME_BYTES)
    throw new FrameError('an account with a wrong home');
  const limits = LIMITS.map((_, index) => limitOf(numbers[index]));
  const [uploadBandwidth, downloadBandwidth, uploadRatio, downloadRatio, quotaFiles, quotaSize, maxSessions] = limits;
  return {
    uid: idOf(uid),
    gid: idOf(gid),
    home: parseHome(home),
    resolvesNames: resolvesNames === '1',
    limits: {
      uploadBandwidth,
      downloadBandwidth,
      uploadRatio: small(uploadRatio),
      downloadRatio: small(downloadRatio),
      quotaFiles,
      quotaSize,
      maxSessions: small(maxSessions),
    },
  };
}

function idOf(word = ''): number {
  if (!/^\d{1,10}$/.test(word) || !isAccountId(Number(word))) throw new FrameError('an account with a wrong id');
  return Number(word);
}

function limitOf(word = ''): bigint | undefined {
  if (word === '') return undefined;
  if (!/^\d{1,19}$/.test(word)) throw new FrameError('an account with a wrong limit');
  return BigInt(word);
}

function small(limit: bigint | undefined): number | undefined {
  if (limit === undefined) return undefined;
  if (limit > 0xffff_ffffn) throw new FrameError('an account with a limit that is too large');
  return Number(limit);
}
