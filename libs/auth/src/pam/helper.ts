import { readSync, writeSync } from 'node:fs';

import {
  endProcessAfter,
  getpwnamSync,
  PamError,
  type PasswdEntry,
  PamTransaction,
  setDumpable,
} from '@pure-ftpd/posix';
import { encodeName, printableName } from '@pure-ftpd/protocol';

import { decodeFrame, FrameError } from '../helper/frames.ts';
import { decodeRequest, encodeReply, type PamLogin, type PamReply } from './messages.ts';

/** The descriptor of its channel, unless told. */
export const HELPER_DESCRIPTOR = 3;

/** PAM_TTY, as in C. */
const TTY = 'pure-ftpd';

/**
 * Seconds that one request may take before the kernel ends the process. The pool is quicker; this is for a helper that hangs
 * in a module when there is no pool any more.
 */
const LAST_RESORT_SECONDS = 120;

/** Longest request, and longest part of it that is read at a time. */
const BUFFER_BYTES = 65_540;

/** A session that is open, or a login that was let in: modules remember it until the end. */
interface OpenSession {
  readonly transaction: PamTransaction;
  readonly isOpen: boolean;
}

/**
 * The life of a helper: judges one login at a time, and keeps its PAM session until it is told to close it. It waits for
 * every module, so it is the only thing its process does. Returns when the other end of the channel is closed, having
 * closed all sessions; the process should end then.
 *
 * @param fd A stream socket that blocks.
 * @throws FrameError, SystemError when the channel is not what it should be: the process must end then.
 */
export function runPamHelper(fd: number = HELPER_DESCRIPTOR): void {
  // What it is told is not for a core file.
  setDumpable(false);
  // Sessions are closed when the server is gone, not when somebody presses Ctrl-C in its terminal.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) process.on(signal, () => {});
  const sessions = new Map<string, OpenSession>();
  const buffer = Buffer.alloc(BUFFER_BYTES);
  let filled = 0;
  for (;;) {
    const decoded = decodeFrame(buffer.subarray(0, filled));
    if (decoded === undefined) {
      const count = readSync(fd, buffer, filled, buffer.length - filled, null);
      if (count === 0) break;
      filled += count;
      continue;
    }
    // One request, one reply: there is never more than one in the buffer.
    if (decoded.length !== filled) throw new FrameError('a request before the reply to the last one');
    const request = decodeRequest(decoded.frame);
    endProcessAfter(LAST_RESORT_SECONDS);
    const reply = request.kind === 'login' ? logIn(request.login, sessions) : closeSession(request.session, sessions);
    endProcessAfter(0);
    buffer.fill(0, 0, filled);
    filled = 0;
    writeAll(fd, encodeReply(reply));
  }
  for (const session of sessions.keys()) {
    endProcessAfter(LAST_RESORT_SECONDS);
    closeSession(session, sessions);
  }
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
}

/** @returns What an error says, if it is one of PAM or of the system; others are thrown on, and end the process. */
function textOf(error: unknown): string {
  if (error instanceof PamError || (error instanceof Error && 'syscall' in error)) return error.message;
  throw error;
}

/** C's order: authenticate, account, passwd entry, credentials, session [server-behaviour §4.2]. */
function logIn(request: PamLogin, sessions: Map<string, OpenSession>): PamReply {
  const { login, password, service, folder, remoteHost } = request;
  // To C a password ends at a NUL, and would match what it must not.
  if (password.includes(0) || login === '') return { kind: 'unknown', reason: 'not a login for PAM' };
  const said: string[] = [];
  let transaction: PamTransaction;
  try {
    transaction = new PamTransaction({
      service,
      folder: folder === '' ? undefined : folder,
      user: login,
      tty: TTY,
      remoteHost,
      remoteUser: login,
      conversation(style, message) {
        if (style === 'secret') return password;
        if (style === 'visible') return encodeName(login);
        said.push(printableName(message));
        return style === 'error' ? 'abort' : undefined;
      },
    });
  } catch (error) {
    return { kind: 'unknown', reason: textOf(error) };
  }
  const reply = judge(transaction, login, said);
  if (reply.kind === 'accepted') {
    const isOpen = tryStep(() => transaction.openSession(), said);
    sessions.set(request.session, { transaction, isOpen });
    return { ...reply, notes: said.join('; ') };
  }
  transaction.end();
  return { ...reply, reason: [reply.reason, ...said].join('; ') };
}

function judge(transaction: PamTransaction, login: string, said: string[]): Exclude<PamReply, { kind: 'closed' }> {
  let account: PasswdEntry | undefined;
  try {
    transaction.authenticate();
    transaction.checkAccount();
    // A module that takes the user for somebody else has judged somebody else.
    if (transaction.user !== login) return { kind: 'unknown', reason: 'a module has changed the name of the user' };
    account = getpwnamSync(login);
  } catch (error) {
    // Wrong passwords and unknown users cannot be told apart in what modules say.
    return { kind: 'unknown', reason: textOf(error) };
  }
  if (account === undefined) return { kind: 'unknown', reason: 'no such account of the system' };
  if (account.uid === 0) return { kind: 'refused', reason: 'root does not log in' };
  if (!account.home.startsWith('/')) return { kind: 'refused', reason: 'the home directory is not an absolute path' };
  try {
    transaction.establishCredentials();
  } catch (error) {
    return { kind: 'refused', reason: textOf(error) };
  }
  return { kind: 'accepted', uid: account.uid, gid: account.gid, home: account.home, notes: said.join('; ') };
}

/** Does what may fail without harm, and notes that it did. */
function tryStep(step: () => void, notes: string[]): boolean {
  try {
    step();
    return true;
  } catch (error) {
    notes.push(textOf(error));
    return false;
  }
}

function closeSession(name: string, sessions: Map<string, OpenSession>): PamReply {
  const session = sessions.get(name);
  if (session === undefined) return { kind: 'closed', notes: '' };
  sessions.delete(name);
  const notes: string[] = [];
  if (session.isOpen) tryStep(() => session.transaction.closeSession(), notes);
  tryStep(() => session.transaction.deleteCredentials(), notes);
  session.transaction.end();
  return { kind: 'closed', notes: notes.join('; ') };
}
