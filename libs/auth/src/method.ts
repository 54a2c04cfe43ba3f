import path from 'node:path';

import type { AuthBackend } from './backend.ts';
import type { PamPool } from './pam/pool.ts';

/** Why an argument of `-l` cannot be used: one line that names it, or the file, the line in it and what to do. */
export class LoginMethodError extends Error {
  override readonly name = 'LoginMethodError';
  readonly code: 'UNKNOWN_METHOD' | 'MISSING_ARGUMENT' | 'CONFIGURATION';

  constructor(code: LoginMethodError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What an argument of `-l` asks for: plain data. */
export interface LoginMethod {
  readonly name: string;
  /** Absolute, of its file or its socket; empty for a method that has none. */
  readonly path: string;
}

/** As `-l` takes it. */
export function methodText({ name, path }: LoginMethod): string {
  return path === '' ? name : `${name}:${path}`;
}

/** What backends share, each made by whoever closes it in the end. */
export interface BackendServices {
  /** Called when there is a method `pam`. */
  readonly pamPool: () => PamPool;
  /** Milliseconds that an authentication daemon has for a reply; 60,000 unless told. */
  readonly extauthMs?: number;
  /**
   * The backend of a method with a server of accounts: in a process without rights, which calls `openBackend`, where this one has
   * rights to lose; else in this one. Called once for each such method.
   */
  readonly accountServer: (method: LoginMethod, computesHashes: boolean) => AuthBackend;
}

/** A row of the table behind `-l`. */
export interface MethodKind {
  readonly name: string;
  /** What has to follow the name and a colon; undefined where nothing does. */
  readonly argument: 'FILE' | 'SOCKET' | undefined;
  /** Reads what follows. @throws LoginMethodError. */
  parse(argument: string): string;
  /**
   * Looks at what the path leads to, at the start.
   * @returns What the administrator should know, one line each.
   * @throws LoginMethodError when the server must not start with it.
   */
  readonly check?: (path: string) => readonly string[];
  /** Why it cannot be asked at the moment: a login that comes to it is over; undefined when it can. */
  readonly whyUnusable?: (path: string) => string | undefined;
  create(path: string, services: BackendServices): AuthBackend;
  /** Of a method with a server of accounts: the backend that asks it, in this process. @throws LoginMethodError. */
  readonly open?: (path: string) => Promise<AuthBackend>;
}

/** The path of a file: the server leaves the folder it was started in. */
export function parsePath(argument: string): string {
  return path.resolve(argument);
}
