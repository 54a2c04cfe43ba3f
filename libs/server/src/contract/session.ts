import type { WireCodec } from '@pure-ftpd/protocol';

import type { Awaitable } from './virtual-file.ts';
import type { Outcome } from '../replies/outcomes.ts';
import type { SessionState } from '../state/session-slots.ts';
import type { SessionShare, SessionShares, UserAccount } from './account.ts';
import type { Permission } from './authorizer.ts';
import type { Client } from './client.ts';
import type { DataPorts, SessionData } from './data.ts';
import type { SessionEventBody } from './events.ts';
import type { BeforeHooks, TransferDetails } from './hooks.ts';
import type { FileSystem } from './file-system.ts';
import type { SettingsOf } from './settings.ts';
import type { SessionTls } from './tls.ts';
import type { UserCalls } from './user-code.ts';

/** What is told of transfers and logins: the hooks that commands call. */
export interface SessionHooks {
  onLoginFailed(username: string, password: string): Awaitable<void>;
  onFileSent(file: string, details: TransferDetails): Awaitable<void>;
  onFileReceived(file: string, details: TransferDetails): Awaitable<void>;
  onIncompleteFileSent(file: string, details: TransferDetails): Awaitable<void>;
  onIncompleteFileReceived(file: string, details: TransferDetails): Awaitable<void>;
  onProtectionCleared(): Awaitable<void>;
}

/** One client as commands, policies and listings have it. The class that clients of the library subclass has more. */
export interface Session extends SessionState, SessionHooks, BeforeHooks, Omit<Client, keyof SessionState> {
  readonly settings: SettingsOf<Session>;
  readonly server: { readonly dataPorts: DataPorts; readonly userShares: SessionShares };
  /** What it has with other sessions of its user. */
  share: SessionShare | undefined;
  /** True when the session is over. */
  readonly closed: boolean;
  /** Whether what is done for the client is done for nobody: it has left, or has aborted the transfer. */
  readonly isAbandoned: boolean;
  /** Calls hooks and whatever else the developer has written. */
  readonly userCode: UserCalls;
  /** How names and replies go over its connections; undefined for UTF-8 as it comes. */
  readonly wire: WireCodec | undefined;
  /** The user's file system. */
  readonly fs: FileSystem;
  /** Other names of directories (SITE ALIAS); undefined where there are none. */
  readonly aliases: ReadonlyMap<string, string> | undefined;
  /** The end of the command that runs now, if another does. */
  readonly runningCommand: Promise<void> | undefined;

  /** Whether the user has a permission, on a virtual path or in general. */
  hasPerm(permission: Permission, path?: string): Awaitable<boolean>;
  /** Makes the user who has been admitted this session's. */
  login(username: string, password: string, account?: UserAccount): Promise<void>;
  /** Forgets the user, and all the session knows of it (REIN, a new USER). */
  flushAccount(): Promise<void>;
  /** Whether the server answers to a host name (HOST). */
  acceptsHost(host: string): Awaitable<boolean>;

  /** Sends a reply: an outcome, or a reply in full such as `'200 Done.'`. */
  respond(result: Outcome | string): void;
  /** Tells hooks and subscribers what happened. */
  event(body: SessionEventBody): void;
  /** Sets how many seconds the session may be silent. */
  setTimeout(seconds: number): void;
  /** Ends the session at once; the first reason given is the one that is told. */
  close(reason?: string): void;
  /** Ends the session once what was said has been sent. */
  closeWhenDone(): void;

  /** Forgets what the client has said and nobody has answered yet; true when there was anything. */
  dropUnread(): boolean;
  /** How its connections are protected. */
  readonly tls: SessionTls;

  /** Its data connections. */
  readonly data: SessionData;
  /** The address PASV tells this client. */
  announcedAddress(): Awaitable<string>;
  /** Whether data connections may go to, and come from, other hosts than the client's (FXP). */
  permitsForeignAddress(): Awaitable<boolean>;
  /** The name STOU gives a file; the client may have proposed one. */
  uniqueName(proposed: string): Awaitable<string>;
}
