import { type FactName, FACTS, type FactSelection, selectFacts, type SessionCharsets } from '@pure-ftpd/protocol';

import type { AuthenticatorOf } from '../contract/authenticator.ts';
import type { Authorizer } from '../contract/authorizer.ts';
import type { Session } from '../contract/session.ts';
import { authorizerLogin } from '../login/authorizer-login.ts';
import { DummyAuthorizer } from '../authorizers/dummy-authorizer.ts';
import { commands } from '../commands/table.ts';
import { DTPHandler } from '../data/dtp-handler.ts';
import type { AnnounceRule } from '../data/announced-address.ts';
import type { PortRange } from '../data/passive-ports.ts';
import { AbstractedFS } from '../filesystem/abstracted-fs.ts';
import type { Catalogue } from '../replies/catalogue.ts';
import { defaultCatalogue } from '../replies/default-catalogue.ts';
import type { Languages } from '../replies/languages.ts';
import { SESSION_SLOTS } from '../state/session-slots.ts';
import type { Slots } from '../state/slots.ts';
import type { TlsService } from '../tls/tls-service.ts';
import type { HangUpRule } from '../contract/settings.ts';
import type { DataSessionReuse, TlsTruncation } from '../contract/tls.ts';
import type { CommandTable } from '../contract/command.ts';
import { FtpMethods } from './ftp-methods.ts';
import { policies } from '../session/policy.ts';
import type { Policy } from '../contract/command.ts';

/** The settings of all sessions of a handler: class fields, for subclasses to set. Times are seconds, sizes bytes. */
export abstract class SessionSettings extends FtpMethods {
  /** Who may log in. */
  static authorizer: Authorizer = new DummyAuthorizer();
  /** Judges logins: by asking the authorizer, unless told otherwise. */
  static authenticator: AuthenticatorOf<Session> = authorizerLogin;
  /** Makes the file system of a user who has logged in. */
  static abstractedFs: new (root: string) => AbstractedFS = AbstractedFS;
  /** Handles data connections. */
  static dtpHandler: typeof DTPHandler = DTPHandler;
  /** How outcomes are said. */
  static catalogue: Catalogue = defaultCatalogue;
  /** The languages that outcomes are said in, of which clients choose with LANG; without it, `catalogue` says them all. */
  static words: Languages | undefined;
  /** The verbs clients may use. */
  static commands: CommandTable = commands;
  /** What a command must pass before it runs. */
  static policies: readonly Policy[] = policies;

  /** What clients may protect their connections with; without it there is no TLS. */
  static tls: TlsService | undefined;
  /** Refuses logins over a control connection that is not protected. */
  static tlsControlRequired = false;
  /** Refuses data connections that are not protected. */
  static tlsDataRequired = false;
  /** Lets clients who have logged in go on in clear on the control connection (CCC), unless its protection is required. */
  static clearControlAllowed = false;
  /**
   * Whether data connections may resume the TLS session of their control connection, which proves that both are of the
   * same client: `prefer` lets them, `require` refuses those that do not.
   */
  static dataSessionReuse: DataSessionReuse = 'prefer';
  /**
   * Whether an upload over TLS is stored that ends without close_notify: some old clients never send it, and without it anybody
   * on the way may have cut the upload (RFC 8446 §6.1).
   */
  static tlsTruncation: TlsTruncation = 'refuse';

  /** The fields of a session: subclasses add rows of their own. */
  static slots: typeof SESSION_SLOTS & Slots = SESSION_SLOTS;

  /** What is said first. */
  static banner = 'FTP server ready.';
  /** Seconds without a command after which a session ends; 0 for never. */
  static timeout = 300;
  /** Most seconds a client may ask for with SITE IDLE. */
  static maxIdleTime = 2520;
  /** Seconds to wait for a data connection. */
  static dataConnectionTimeout = 30;
  /** Failed logins after which the session ends. */
  static maxLoginAttempts = 3;
  /** Seconds before a failed login is answered. */
  static authFailedTimeout = 3;
  /** Seconds a hook, or an authorizer, may take to answer; 0 for ever. */
  static hookTimeout = 30;
  /** Lets data connections go to other hosts than the client's (FXP). */
  static permitForeignAddresses = false;
  /** Lets data connections go to ports below 1024. */
  static permitPrivilegedPorts = false;
  /** The IPv4 address PASV announces instead of the one the client has connected to, or a host name, looked up anew as it may change. */
  static masqueradeAddress: string | undefined;
  /** The address, or name, PASV announces, by the local address the client has connected to. */
  static masqueradeAddressMap: Readonly<Record<string, string>> = {};
  /** The address PASV announces, by client network and local address; the first rule that is met, before the two above. */
  static announceRules: readonly AnnounceRule[] = [];
  /** Ports for passive data connections, first and last; the kernel chooses without it. */
  static passivePorts: PortRange | undefined;
  /** A passive port serves further transfers without a new PASV, until another way is asked for or its port is needed. */
  static passivePortsStayOpen = false;
  /** Listings show UTC instead of local time. */
  static useGmtTimes = true;
  /** Replies go out at once instead of waiting to be gathered. */
  static tcpNoDelay = true;
  /** Longest command line, in bytes with its line end. */
  static maxLineLength = 4112;
  /** Whether control characters in a command line stay or become `_`. */
  static controlBytes: 'keep' | 'underscore' = 'keep';
  /**
   * What clients speak until they ask for UTF-8, and what names on disk are in: `new Charsets({ client: 'GBK' })`.
   * Without it both are UTF-8.
   */
  static charsets: SessionCharsets | undefined;
  /**
   * Whether an upload is stored whose client has ended both connections in clear without QUIT: it may have sent everything, or
   * have been killed in the middle.
   */
  static hangUp: HangUpRule = 'discard';
  /** Seconds that an upload may be silent whose client has ended the control connection. */
  static uploadLinger = 1;
  /**
   * TYPE A leaves the CR of a file that has CR LF already as it is, and stores a CR that no LF follows; false puts a CR before each LF,
   * and stores none.
   */
  static keepsCarriageReturns = true;
  /** PORT and EPRT connect at once, and say 425 where nobody listens, as pyftpdlib does; without it the transfer connects. */
  static connectsAtOnce = false;
  /** Uploads take their name in one step when they are complete; false writes in place. */
  static atomicUploads = true;
  /** STOR replaces nothing: where the name is taken, the file becomes `name.1`, `name.2` and so on. */
  static numberedUploads = false;
  /** What becomes of an upload that begins (REST) behind the end of its file: 554, or it goes to the end. */
  static restartBeyondEnd: 'refuse' | 'append' = 'refuse';
  /** Permission bits of new files and directories. */
  static fileMode = 0o644;
  static directoryMode = 0o755;
  /** The facts MLST and MLSD can show, in the order of FEAT: what every client knows comes first. */
  static offeredFacts: readonly FactName[] = [...new Set<FactName>(['type', 'perm', 'size', 'modify', ...FACTS])];
  /** The facts MLST and MLSD show until a client chooses with OPTS MLST. */
  static defaultFacts: FactSelection = selectFacts(FACTS);
  /** Most entries one listing shows. */
  static maxListed = Number.POSITIVE_INFINITY;
  /** Directories within directories that a recursive listing goes down. */
  static maxListDepth = 32;

  /**
   * What the sessions of this class protect their connections with; undefined where there is no TLS.
   * @throws ServerError with code `TLS` when there should be, and it cannot be had.
   */
  static tlsService(): TlsService | undefined {
    return this.tls;
  }
}
