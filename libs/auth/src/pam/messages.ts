// What the frames mean. The only requests are a login and the end of a session; each has one reply.
import { decodeName, encodeName } from '@pure-ftpd/protocol';

import { encodeFrame, type Frame, FrameError } from '../helper/frames.ts';

/** A login to be judged by PAM. */
export interface PamLogin {
  /** Names the session, if there will be one. */
  readonly session: string;
  readonly service: string;
  /** Where services are; empty for /etc/pam.d. */
  readonly folder: string;
  readonly login: string;
  readonly remoteHost: string;
  readonly password: Uint8Array;
}

export type PamRequest =
  | { readonly kind: 'login'; readonly login: PamLogin }
  | { readonly kind: 'close'; readonly session: string };

/** A refusal has a reason for the log; `notes` is what else the log should have. */
export type PamReply =
  | { readonly kind: 'unknown'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string }
  | {
      readonly kind: 'accepted';
      readonly uid: number;
      readonly gid: number;
      readonly home: string;
      readonly notes: string;
    }
  | { readonly kind: 'closed'; readonly notes: string };

/** The caller wipes it when it is sent. */
export function encodeRequest(request: PamRequest): Buffer {
  if (request.kind === 'close') return encodeFrame('C', [encodeName(request.session)]);
  const { session, service, folder, login, remoteHost, password } = request.login;
  return encodeFrame('L', [...[session, service, folder, login, remoteHost].map(encodeName), password]);
}

/** The password is a view of the frame. @throws FrameError. */
export function decodeRequest({ kind, fields }: Frame): PamRequest {
  const [session, service, folder, login, remoteHost, password] = fields;
  if (kind === 'C' && fields.length === 1 && session !== undefined)
    return { kind: 'close', session: decodeName(session) };
  if (
    kind !== 'L' ||
    fields.length !== 6 ||
    session === undefined ||
    service === undefined ||
    folder === undefined ||
    login === undefined ||
    remoteHost === undefined ||
    password === undefined
  )
    throw new FrameError('no such request');
  return {
    kind: 'login',
    login: {
      session: decodeName(session),
      service: decodeName(service),
      folder: decodeName(folder),
      login: decodeName(login),
      remoteHost: decodeName(remoteHost),
      password,
    },
  };
}

/** What modules have to say may be long. */
const MAX_TEXT_BYTES = 2000;

function text(value: string): Buffer {
  return encodeName(value).subarray(0, MAX_TEXT_BYTES);
}

export function encodeReply(reply: PamReply): Buffer {
  if (reply.kind === 'unknown') return encodeFrame('U', [text(reply.reason)]);
  if (reply.kind === 'refused') return encodeFrame('R', [text(reply.reason)]);
  if (reply.kind === 'closed') return encodeFrame('C', [text(reply.notes)]);
  const fields = [String(reply.uid), String(reply.gid), reply.home].map(encodeName);
  return encodeFrame('A', [...fields, text(reply.notes)]);
}

/** @throws FrameError. */
export function decodeReply({ kind, fields }: Frame): PamReply {
  const [first, second, third, fourth] = fields.map(decodeName);
  if (kind === 'U' && fields.length === 1 && first !== undefined) return { kind: 'unknown', reason: first };
  if (kind === 'R' && fields.length === 1 && first !== undefined) return { kind: 'refused', reason: first };
  if (kind === 'C' && fields.length === 1 && first !== undefined) return { kind: 'closed', notes: first };
  if (kind !== 'A' || fields.length !== 4 || third === undefined || fourth === undefined)
    throw new FrameError('no such reply');
  return { kind: 'accepted', uid: id(first), gid: id(second), home: third, notes: fourth };
}

function id(text: string | undefined): number {
  if (text === undefined || !/^\d{1,10}$/.test(text) || Number(text) > 0xffff_fffe)
    throw new FrameError('a reply with a wrong id');
  return Number(text);
}
