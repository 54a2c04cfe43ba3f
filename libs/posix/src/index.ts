// The public door. Declarations first, so that dependents can be written at the same time; each is replaced by its module.

/** A system call failed: `code`, `errno` (negative) and `syscall` as in Node's own errors. */
export declare class SystemError extends Error {
  readonly code: string;
  readonly errno: number;
  readonly syscall: string;
  readonly path: string | undefined;
  readonly dest: string | undefined;
  constructor(code: string, syscall: string, options?: { path?: string; dest?: string; cause?: unknown });
}

/** The native call is not to be had here (other system, no koffi). */
export declare class NativeUnavailableError extends Error {
  readonly code: 'ERR_NATIVE_UNAVAILABLE';
}

export interface PasswdEntry {
  readonly name: string;
  readonly password: string;
  readonly uid: number;
  readonly gid: number;
  readonly gecos: string;
  readonly home: string;
  readonly shell: string;
}

export interface GroupEntry {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

export interface OpenHow {
  readonly flags: number;
  readonly mode?: number;
  readonly resolve?: number;
}

export declare function isOpenat2Available(): boolean;
export declare function openat2(dirfd: number, path: string | Buffer, how: OpenHow): number;
export declare function isCryptAvailable(): boolean;
export declare function crypt(password: Buffer, setting: string): Promise<string | undefined>;
export declare function isNssAvailable(): boolean;
export declare function getpwnam(name: string): Promise<PasswdEntry | undefined>;
export declare function getpwuid(uid: number): Promise<PasswdEntry | undefined>;
export declare function getgrnam(name: string): Promise<GroupEntry | undefined>;
export declare function getgrgid(gid: number): Promise<GroupEntry | undefined>;
export declare function getpwnamSync(name: string): PasswdEntry | undefined;
export declare function getpwuidSync(uid: number): PasswdEntry | undefined;
export declare function getgrnamSync(name: string): GroupEntry | undefined;
export declare function getgrgidSync(gid: number): GroupEntry | undefined;
export declare function allPasswdEntries(): PasswdEntry[];
export declare function shadowHash(login: string): Promise<string | undefined>;
export declare function shadowHashSync(login: string): string | undefined;
