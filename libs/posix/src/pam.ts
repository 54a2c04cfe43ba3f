// Pluggable authentication modules: pam(3) of Linux-PAM. Every call waits for the modules, which may take their time: it is
// for processes that do nothing else.

import { encodeName } from '@pure-ftpd/protocol';

import { firstLibrary, isAvailable, koffi, nativeFunction } from './native.ts';
import type { Pointer } from './native.ts';
import { readString } from './nss-lookup.ts';
import { SystemError } from './system-error.ts';

const LIBRARIES = ['libpam.so.0'];
const SUCCESS = 0;
const BUF_ERR = 5;
const CONV_ERR = 19;
const MAX_MESSAGES = 32;

// security/_pam_types.h
const ITEMS = { user: 2, tty: 3, remoteHost: 4, remoteUser: 8 } as const;
const FAIL_DELAY = 10;
const SILENT = 0x8000;
const DISALLOW_NULL_AUTHTOK = 1;
const ESTABLISH_CRED = 2;
const DELETE_CRED = 4;
const STYLES: readonly (PamStyle | undefined)[] = [undefined, 'secret', 'visible', 'error', 'info'];

/** What a module wants: an answer that is not shown, one that is, or to say something. */
export type PamStyle = 'secret' | 'visible' | 'error' | 'info';

/**
 * Answers what a module asks or says: with bytes without NUL, with undefined where there is nothing to answer, with `abort` to end the
 * call.
 */
export type PamConversation = (style: PamStyle, message: string) => Uint8Array | 'abort' | undefined;

/** A call of PAM has failed. */
export class PamError extends Error {
  override readonly name = 'PamError';
  readonly code = 'PAM';
  /** The C function. */
  readonly syscall: string;
  /** PAM's number: 7 is a wrong password, 10 an unknown user, 13 an expired account. */
  readonly status: number;

  constructor(syscall: string, status: number, text: string) {
    super(`${syscall}: ${text}`);
    this.syscall = syscall;
    this.status = status;
  }
}

type Call<Args extends readonly unknown[]> = ReturnType<typeof nativeFunction<Args, number>>;

const libpam = firstLibrary(LIBRARIES);

function pamFunction<Args extends readonly unknown[]>(name: string, args: readonly string[]): Call<Args> {
  return nativeFunction<Args, number>(name, 'int', args, libpam);
}

const pamStart = pamFunction<[Buffer, Buffer, Buffer, Buffer]>('pam_start', ['void *', 'void *', 'void *', 'void *']);
const pamStartIn = pamFunction<[Buffer, Buffer, Buffer, Buffer, Buffer]>('pam_start_confdir', [
  'void *',
  'void *',
  'void *',
  'void *',
  'void *',
]);
const pamEnd = pamFunction<[Pointer, number]>('pam_end', ['void *', 'int']);
const pamSetItem = pamFunction<[Pointer, number, Buffer]>('pam_set_item', ['void *', 'int', 'void *']);
const pamSetFunction = pamFunction<[Pointer, number, bigint]>('pam_set_item', ['void *', 'int', 'void *']);
const pamGetItem = pamFunction<[Pointer, number, Buffer]>('pam_get_item', ['void *', 'int', 'void *']);
const pamStrerror = nativeFunction<[Pointer, number], Pointer>('pam_strerror', 'void *', ['void *', 'int'], libpam);
const STEPS = {
  pam_authenticate: pamFunction<[Pointer, number]>('pam_authenticate', ['void *', 'int']),
  pam_acct_mgmt: pamFunction<[Pointer, number]>('pam_acct_mgmt', ['void *', 'int']),
  pam_setcred: pamFunction<[Pointer, number]>('pam_setcred', ['void *', 'int']),
  pam_open_session: pamFunction<[Pointer, number]>('pam_open_session', ['void *', 'int']),
  pam_close_session: pamFunction<[Pointer, number]>('pam_close_session', ['void *', 'int']),
};

const calloc = nativeFunction<[number, number], Pointer>('calloc', 'void *', ['size_t', 'size_t']);
const free = nativeFunction<[Pointer], void>('free', 'void', ['void *']);
const memcpy = nativeFunction<[Pointer, Buffer, number], Pointer>('memcpy', 'void *', ['void *', 'void *', 'size_t']);

/** Whether {@link PamTransaction} can be used here. */
export function isPamAvailable(): boolean {
  return isAvailable(() => (pamStart(), calloc()));
}

/** The bytes of a name with the NUL that C wants. */
function cString(text: string, what: string): Buffer {
  const bytes = encodeName(text);
  if (bytes.includes(0)) throw new SystemError('EINVAL', what);
  return Buffer.concat([bytes, Buffer.alloc(1)]);
}

/** What the modules of the call that runs now speak to, and what went wrong in it. PAM is called by one thread. */
let current: { readonly conversation: PamConversation; error?: unknown } | undefined;

/** Memory for C, which frees it; wiped by the modules that asked. */
function give(bytes: Uint8Array): Pointer {
  const copy = calloc()(1, bytes.length + 1);
  if (copy === null) throw new SystemError('ENOMEM', 'calloc');
  memcpy()(copy, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), bytes.length);
  return copy;
}

interface Layout {
  readonly message: ReturnType<ReturnType<typeof koffi>['struct']>;
  readonly response: ReturnType<ReturnType<typeof koffi>['struct']>;
  /** `struct pam_conv`: our function, and nothing for it. */
  readonly conversation: Buffer;
  /** Called instead of sleeping after a failure. */
  readonly noDelay: bigint;
}

let made: Layout | undefined;

/** What is the same for all transactions; the two functions stay registered as long as the process lives. */
function layout(): Layout {
  if (made !== undefined) return made;
  const native = koffi();
  const talk = native.proto('int', ['int', 'void *', 'void *', 'void *']);
  const delay = native.proto('void', ['int', 'uint', 'void *']);
  const pair = native.struct({ function: 'void *', data: 'void *' });
  const conversation = Buffer.alloc(native.sizeof(pair));
  native.encode(conversation, pair, { function: native.register(converse, native.pointer(talk)), data: null });
  made = {
    message: native.struct({ style: 'int', text: 'void *' }),
    response: native.struct({ text: 'void *', code: 'int' }),
    conversation,
    noDelay: native.register(() => {}, native.pointer(delay)),
  };
  return made;
}

/** `pam_conv`: one answer for each message, in memory of C. */
function converse(count: number, messages: Pointer, answer: Pointer): number {
  if (current === undefined || count < 1 || count > MAX_MESSAGES) return CONV_ERR;
  const given: Pointer[] = [];
  const forget = (status: number): number => {
    for (const pointer of given) free()(pointer);
    return status;
  };
  try {
    const native = koffi();
    const { message, response } = layout();
    const step = native.sizeof(response);
    const answers = calloc()(count, step);
    if (answers === null) return BUF_ERR;
    given.push(answers);
    for (let index = 0; index < count; index += 1) {
      const at: Pointer = native.decode(messages, index * native.sizeof('void *'), 'void *');
      const { style, text }: { readonly style: number; readonly text: Pointer } = native.decode(at, message);
      const known = STYLES[style];
      const said = known === undefined ? 'abort' : current.conversation(known, readString(text));
      if (said === 'abort') return forget(CONV_ERR);
      if (said === undefined) continue;
      const copy = give(said);
      given.push(copy);
      native.encode(answers, index * step, response, { text: copy, code: 0 });
    }
    native.encode(answer, 'void *', answers);
    return SUCCESS;
  } catch (error) {
    // No exception may pass through C.
    current.error = error;
    return forget(CONV_ERR);
  }
}

/** What a transaction is about. Strings by the surrogateescape rule. */
export interface PamOptions {
  /** Name of the file in /etc/pam.d. */
  readonly service: string;
  readonly user: string;
  readonly conversation: PamConversation;
  /** Where services are instead of /etc/pam.d. */
  readonly folder?: string | undefined;
  readonly tty?: string;
  /** The host from which the user comes. */
  readonly remoteHost?: string;
  /** The user's name there. */
  readonly remoteUser?: string;
}

/**
 * One user's way through PAM, in C's order: {@link authenticate}, {@link checkAccount}, {@link establishCredentials},
 * {@link openSession}, {@link closeSession}, {@link end}. Modules keep what they know of the user until the end.
 *
 * A failure is told at once: modules that ask for a delay after it are not waited for, which is the caller's to do.
 */
export class PamTransaction {
  readonly #handle: Pointer;
  readonly #conversation: PamConversation;
  #status = SUCCESS;
  #ended = false;

  /**
   * @throws {PamError} when PAM cannot start.
   * @throws {NativeUnavailableError} where {@link isPamAvailable} says so.
   * @throws {SystemError} EINVAL for strings with a NUL.
   */
  constructor({ service, user, conversation, folder, tty, remoteHost, remoteUser }: PamOptions) {
    const name = cString(service, 'pam_start');
    const login = cString(user, 'pam_start');
    const handle = Buffer.alloc(koffi().sizeof('void *'));
    const status =
      folder === undefined
        ? pamStart()(name, login, layout().conversation, handle)
        : pamStartIn()(name, login, layout().conversation, cString(folder, 'pam_start_confdir'), handle);
    if (status !== SUCCESS) throw new PamError('pam_start', status, `error ${status}`);
    this.#handle = koffi().decode(handle, 'void *');
    this.#conversation = conversation;
    try {
      this.#check('pam_set_item', pamSetFunction()(this.#handle, FAIL_DELAY, layout().noDelay));
      this.#setItem('tty', tty);
      this.#setItem('remoteHost', remoteHost);
      this.#setItem('remoteUser', remoteUser);
    } catch (error) {
      this.end();
      throw error;
    }
  }

  #setItem(item: keyof typeof ITEMS, value: string | undefined): void {
    if (value === undefined) return;
    this.#check('pam_set_item', pamSetItem()(this.#handle, ITEMS[item], cString(value, 'pam_set_item')));
  }

  #check(syscall: string, status: number): void {
    this.#status = status;
    if (status === SUCCESS) return;
    throw new PamError(syscall, status, readString(pamStrerror()(this.#handle, status)));
  }

  #step(step: keyof typeof STEPS, flags: number): void {
    if (this.#ended) throw new Error(`${step} after the end`);
    const conversation: NonNullable<typeof current> = { conversation: this.#conversation };
    current = conversation;
    let status: number;
    try {
      status = STEPS[step]()(this.#handle, flags | SILENT);
    } finally {
      current = undefined;
    }
    if (conversation.error !== undefined) throw conversation.error;
    this.#check(step, status);
  }

  /** Whom modules take the user for: they may have changed the name. */
  get user(): string {
    const item = Buffer.alloc(koffi().sizeof('void *'));
    this.#check('pam_get_item', pamGetItem()(this.#handle, ITEMS.user, item));
    return readString(koffi().decode(item, 'void *'));
  }

  /** Whether the user is who he says. Accounts without a password are not let in. @throws {PamError} */
  authenticate(): void {
    this.#step('pam_authenticate', DISALLOW_NULL_AUTHTOK);
  }

  /** Whether the account may log in now. @throws {PamError} */
  checkAccount(): void {
    this.#step('pam_acct_mgmt', DISALLOW_NULL_AUTHTOK);
  }

  /** @throws {PamError} */
  establishCredentials(): void {
    this.#step('pam_setcred', ESTABLISH_CRED);
  }

  /** @throws {PamError} */
  deleteCredentials(): void {
    this.#step('pam_setcred', DELETE_CRED);
  }

  /** @throws {PamError} */
  openSession(): void {
    this.#step('pam_open_session', 0);
  }

  /** @throws {PamError} */
  closeSession(): void {
    this.#step('pam_close_session', 0);
  }

  /** Lets modules forget the user. May be called again. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    pamEnd()(this.#handle, this.#status);
  }
}
