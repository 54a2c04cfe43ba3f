// A server from settings alone, for programs that need no class of their own.
import { tlsCommands } from '../commands/tls-table.ts';
import type { PortRange } from '../data/passive-ports.ts';
import { FTPHandler } from '../face/ftp-handler.ts';
import type { SessionHooks } from '../face/session-hooks.ts';
import { MemoryQuotaStore } from '../quota/memory-quota-store.ts';
import { quota } from '../quota/quota.ts';
import type { QuotaStore } from '../quota/quota-store.ts';
import { FTPServer } from '../server/ftp-server.ts';
import { TlsService } from '../tls/tls-service.ts';
import type { TlsIdentity } from '../contract/tls.ts';
import type { FileSystem } from '../contract/file-system.ts';
import { type CountedUser, SettingsAuthorizer, type Users, type UserSettings } from './settings-authorizer.ts';

const LOGGERS = ['log', 'logline', 'logerror'] as const;

type HookName = Extract<keyof SessionHooks, `on${string}` | (typeof LOGGERS)[number]>;

/** The hooks of a handler, and its three loggers, as functions: the session comes behind what each hook is told. */
export type SessionFunctions = {
  readonly [Name in HookName]?: (
    ...told: [...Parameters<NonNullable<SessionHooks[Name]>>, session: FTPHandler]
  ) => ReturnType<NonNullable<SessionHooks[Name]>>;
};

/** Settings of {@link createServer}. Times are seconds, sizes bytes. */
export interface ServerSettings extends SessionFunctions {
  /** The folder of all users who have none of their own. */
  readonly root?: string;
  /** Users by name: their settings, or their password. */
  readonly users?: Users;
  /** Lets `anonymous` in, to read: everything below `root`, or what its settings say. */
  readonly anonymous?: boolean | Omit<UserSettings, 'password' | 'hash'>;
  /** Where to listen; 127.0.0.1, which nobody else reaches, unless told. */
  readonly host?: string;
  /** 2121 unless told; 0 for any that is free. */
  readonly port?: number;
  /** A certificate and its key, in PEM. */
  readonly tls?: TlsIdentity;
  /** Refuses logins and transfers that are not protected. */
  readonly requireTls?: boolean;
  readonly passivePorts?: PortRange;
  /** The address, or host name, that clients are told to connect to: that of the router in front of the server. */
  readonly masqueradeAddress?: string;
  readonly banner?: string;
  /** Seconds without a command after which a session ends. */
  readonly timeout?: number;
  readonly maxSessions?: number;
  readonly maxSessionsPerAddress?: number;
  /** Where the counters of quotas are, by folder; in this process unless told, where each folder is counted once after a start. */
  readonly quotaStore?: QuotaStore;
}

/**
 * Makes a server, which does not listen yet.
 *
 * @example
 * const server = createServer({ root: '/srv/ftp', users: { user: 'secret' }, port: 2121 });
 * await server.serveForever();
 * @throws AuthorizerError for users who could not log in, or could do what nobody has said; what the constructor of FTPServer throws.
 */
export function createServer(settings: ServerSettings): FTPServer {
  const { host = '127.0.0.1', port = 2121, maxSessions, maxSessionsPerAddress } = settings;
  const server = new FTPServer({ host, port }, handlerOf(settings));
  if (maxSessions !== undefined) server.maxCons = maxSessions;
  if (maxSessionsPerAddress !== undefined) server.maxConsPerIp = maxSessionsPerAddress;
  return server;
}

function handlerOf(settings: ServerSettings): typeof FTPHandler {
  const { anonymous = false, users = {}, root, tls, requireTls = false } = settings;
  const { quotaStore: store = new MemoryQuotaStore() } = settings;
  const publicUser = anonymous === false ? {} : { anonymous: anonymous === true ? {} : anonymous };
  class Handler extends FTPHandler {
    static override authorizer = new SettingsAuthorizer({ ...users, ...publicUser }, root);

    override async openFileSystem(username: string): Promise<FileSystem> {
      const fs = await super.openFileSystem(username);
      const account: CountedUser | undefined = this.account;
      if (account?.quota === undefined) return fs;
      const report = (error: unknown): void => this.userCode.report(error);
      return quota(fs, { store, account: account.home, limits: account.quota, report });
    }
  }
  if (tls !== undefined) {
    Handler.commands = tlsCommands;
    Handler.tls = new TlsService({ identity: tls });
  }
  Handler.tlsControlRequired = requireTls;
  Handler.tlsDataRequired = requireTls;
  Handler.banner = settings.banner ?? Handler.banner;
  Handler.timeout = settings.timeout ?? Handler.timeout;
  Handler.passivePorts = settings.passivePorts;
  Handler.masqueradeAddress = settings.masqueradeAddress;
  for (const [name, value] of Object.entries(settings)) if (isHook(name, value)) addHook(Handler, name, value);
  return Handler;
}

type Hook = (...told: unknown[]) => unknown;

function isHook(name: string, value: unknown): value is Hook {
  return (name.startsWith('on') || LOGGERS.some((logger) => logger === name)) && typeof value === 'function';
}

function addHook(Handler: typeof FTPHandler, name: string, hook: Hook): void {
  Object.defineProperty(Handler.prototype, name, {
    configurable: true,
    value(this: FTPHandler, ...told: unknown[]) {
      return hook(...told, this);
    },
  });
}
