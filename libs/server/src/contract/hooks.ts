import type { Awaitable } from './virtual-file.ts';

/** What was moved in a transfer. */
export interface TransferDetails {
  /** Of the file, in this transfer. */
  readonly bytes: number;
  readonly seconds: number;
  /** As the client sees the file. */
  readonly virtualPath: string;
}

/** What a client wants to do. */
export interface IntentDetails {
  /** The verb: `APPE`, `SITE CHMOD`. */
  readonly verb: string;
  /** As the client sees what it is done to. */
  readonly virtualPath: string;
}

/**
 * Hooks that are asked before something is done to a path of the server, when the user has the permission for it. They let it be done by answering nothing, or
 * `true`; `false` refuses it with the words of a missing permission, FilesystemError with words of its own. What is not there costs
 * nothing.
 */
export interface BeforeHooks {
  /** RETR. */
  onBeforeRetrieve?(path: string, details: IntentDetails): Awaitable<boolean | void>;
  /** STOR, APPE, STOU. */
  onBeforeStore?(path: string, details: IntentDetails): Awaitable<boolean | void>;
  /** DELE. */
  onBeforeDelete?(path: string, details: IntentDetails): Awaitable<boolean | void>;
  /** RNTO. @param path What is renamed. @param to Its new path on the server; `virtualPath` is its old one. */
  onBeforeRename?(
    path: string,
    to: string,
    details: IntentDetails & { readonly virtualTo: string },
  ): Awaitable<boolean | void>;
  /** MKD. */
  onBeforeMakeDirectory?(path: string, details: IntentDetails): Awaitable<boolean | void>;
  /** RMD. */
  onBeforeRemoveDirectory?(path: string, details: IntentDetails): Awaitable<boolean | void>;
  /** CWD, CDUP. */
  onBeforeChangeDirectory?(path: string, details: IntentDetails): Awaitable<boolean | void>;
  /** SITE CHMOD, MFF, MFMT, SITE UTIME. */
  onBeforeChangeFacts?(path: string, details: IntentDetails): Awaitable<boolean | void>;
}

/** The hooks that are asked about one path. */
export type BeforeHookName = Exclude<keyof BeforeHooks, 'onBeforeRename'>;
