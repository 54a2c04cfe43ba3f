// Accounts of Windows: LogonUser, what its token stands for, and acting as it.
import { callAsync, isAvailable, koffi, nativeFunction } from './native.ts';
import { NativeUnavailableError } from './native-unavailable-error.ts';

type Handle = bigint;

/** As who logs on at the machine itself: the account needs the right to do that. */
const LOGON32_LOGON_INTERACTIVE = 2;
const LOGON32_PROVIDER_DEFAULT = 0;
/** Longest name of an account (UNLEN), and longest path of a profile, in UTF-16 units with the NUL. */
const NAME_UNITS = 257;
const PATH_UNITS = 32_768;

/** A library of Windows, loaded by its first use. */
function windowsLibrary(file: string): () => ReturnType<ReturnType<typeof koffi>['load']> {
  return () => {
    if (process.platform !== 'win32') throw new NativeUnavailableError(`no accounts of Windows on ${process.platform}`);
    return koffi().load(file);
  };
}

const advapi = windowsLibrary('advapi32.dll');
const logonUser = nativeFunction<[Buffer, Buffer, Buffer, number, number, Buffer], number>(
  'LogonUserW',
  'int',
  ['void *', 'void *', 'void *', 'uint32_t', 'uint32_t', 'void *'],
  advapi,
);
const impersonateLoggedOnUser = nativeFunction<[Handle], number>(
  'ImpersonateLoggedOnUser',
  'int',
  ['uintptr_t'],
  advapi,
);
const revertToSelf = nativeFunction<[], number>('RevertToSelf', 'int', [], advapi);
const getUserName = nativeFunction<[Buffer, Buffer], number>('GetUserNameW', 'int', ['void *', 'void *'], advapi);
const getUserProfileDirectory = nativeFunction<[Handle, Buffer, Buffer], number>(
  'GetUserProfileDirectoryW',
  'int',
  ['uintptr_t', 'void *', 'void *'],
  windowsLibrary('userenv.dll'),
);
const closeHandle = nativeFunction<[Handle], number>(
  'CloseHandle',
  'int',
  ['uintptr_t'],
  windowsLibrary('kernel32.dll'),
);

/** Whether {@link logOn} can be asked. */
export function isWindowsLogonAvailable(): boolean {
  return isAvailable(logonUser);
}

/** Somebody who has logged on to Windows. */
export class WindowsLogon {
  readonly #token: Handle;
  /** The name of the account as Windows has it, however it was written. */
  readonly name: string;

  /** @throws Error when Windows does not tell who it is; the token is closed then. */
  constructor(token: Handle) {
    this.#token = token;
    try {
      this.impersonate();
      try {
        this.name = readText(NAME_UNITS, (units, size) => getUserName()(units, size), 'GetUserName');
      } finally {
        endImpersonation();
      }
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** The profile folder. @throws Error where there is none. */
  get profile(): string {
    return readText(
      PATH_UNITS,
      (units, size) => getUserProfileDirectory()(this.#token, units, size),
      'GetUserProfileDirectory',
    );
  }

  /** This thread acts as the account until {@link endImpersonation}; no `await` in between. @throws Error */
  impersonate(): void {
    succeeded(impersonateLoggedOnUser()(this.#token), 'ImpersonateLoggedOnUser');
  }

  close(): void {
    closeHandle()(this.#token);
  }
}

/** When it throws, the thread is not who it seems to be, and the process must end. */
export function endImpersonation(): void {
  succeeded(revertToSelf()(), 'RevertToSelf');
}

/**
 * Compares a password with that of an account, on another thread.
 * @param domain `.` for the accounts of this machine.
 * @returns undefined when Windows refuses it, for whatever reason.
 * @throws NativeUnavailableError elsewhere than on Windows.
 */
export async function logOn(name: string, domain: string, password: string): Promise<WindowsLogon | undefined> {
  const token = Buffer.alloc(8);
  const secret = wide(password);
  try {
    const kind = LOGON32_LOGON_INTERACTIVE;
    const args = [wide(name), wide(domain), secret, kind, LOGON32_PROVIDER_DEFAULT, token] as const;
    const isRight = await callAsync(logonUser(), ...args);
    return isRight === 0 ? undefined : new WindowsLogon(token.readBigUInt64LE());
  } finally {
    secret.fill(0);
  }
}

/** UTF-16 with a NUL behind it. */
function wide(text: string): Buffer {
  return Buffer.from(`${text}\0`, 'utf16le');
}

/** A text that a function writes into a buffer, whose size is in units and comes back with the NUL. */
function readText(most: number, call: (units: Buffer, size: Buffer) => number, name: string): string {
  const units = Buffer.alloc(most * 2);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(most);
  succeeded(call(units, size), name);
  const text = units.toString('utf16le');
  return text.slice(0, text.indexOf('\0'));
}

function succeeded(result: number, name: string): void {
  if (result === 0) throw new Error(`${name} has failed`);
}
