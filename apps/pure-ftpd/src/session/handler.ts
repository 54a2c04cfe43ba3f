import type { Account } from '@pure-ftpd/auth';
import { PureFtpdLanguages } from '@pure-ftpd/messages';
import { FACTS, selectFacts } from '@pure-ftpd/protocol';
import {
  type DataConnection,
  type DTPHandler,
  type FileSystem,
  FTPHandler,
  type Outcome,
  type ParsedCommand,
  type Permission,
  type SessionEvent,
  ThrottledDTPHandler,
  tlsCommands,
  type TransferDetails,
} from '@pure-ftpd/server';
import type { PortableSession, StateOf } from '@pure-ftpd/server/internal';

import type { Admitted } from '../contract/admission.ts';
import type { Daemon, MovingSession, PureFtpdSession, PureFtpdSettings } from '../contract/session.ts';
import { SessionTeller } from '../telling/session-teller.ts';
import { features, PURE_FTPD_SLOTS } from '../features/all.ts';
import { throttled } from '../features/bandwidth.ts';
import { openFiles } from '../features/confinement.ts';
import { permitsForeignAddress } from '../features/foreign-addresses.ts';
import { greet } from '../features/greeting.ts';
import { uniqueName } from '../features/unique-names.ts';
import { daemonLogin } from '../login/daemon-login.ts';
import type { Subject } from '../log/log.ts';
import { compileCommands, compileFeatures } from './compiled-features.ts';

const hooks = compileFeatures(features);

/** The fields that features have for themselves stand in their tables, which the library's constructor fills in. */
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- the constructor fills them in
export interface PureFtpdHandler extends StateOf<typeof PURE_FTPD_SLOTS> {}

/** A session of the daemon: the library's, with the manners of Pure-FTPd, which are those of its features. */
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- see above
export class PureFtpdHandler extends FTPHandler implements PureFtpdSession {
  static daemon: Daemon;
  static fortunes: PureFtpdSettings['fortunes'];
  static throttledDtpHandler = ThrottledDTPHandler;
  static override words = new PureFtpdLanguages();
  /** For who is refused before there is a session. */
  static override catalogue = this.words.catalogueOf(this.words.initial);
  static override commands = compileCommands(tlsCommands, features);
  static override authenticator = daemonLogin;
  static override slots = PURE_FTPD_SLOTS;
  static override controlBytes: 'keep' | 'underscore' = 'underscore';
  static override offeredFacts = FACTS;
  static override defaultFacts = selectFacts(FACTS.filter((fact) => fact !== 'perm'));
  static override useGmtTimes = false;
  static override maxLoginAttempts = 6;
  /** As the C server [server-protocol §7.4]. */
  static override restartBeyondEnd = 'append' as const;
  static override keepsCarriageReturns = false;
  /** Entries of one listing [server-options §5]. */
  static override maxListed = 10_000;
  /** Clients behind firewalls that must read PORT and PASV; refused where logins have to be protected. */
  static override clearControlAllowed = true;
  static loginDelayUnit = 3;
  static directoryDelayUnit = 0.1;

  declare ['constructor']: typeof PureFtpdHandler;
  admitted: Admitted | undefined;
  restricted = false;
  trusted = false;
  ordered: PureFtpdSession['ordered'];
  sharedPart: PureFtpdSession['sharedPart'];
  readonly lines = new SessionTeller(this);

  override get settings(): typeof PureFtpdHandler {
    return this.constructor;
  }

  get subject(): Subject {
    return this.lines.subject;
  }

  get admittedAccount(): Account | undefined {
    return this.admitted?.account;
  }

  override async onConnect(): Promise<void> {
    // The greeting does not wait for the name of the client.
    void this.lines.introduce(this.settings.daemon.configuration.resolveClients);
    for (const connect of hooks.connect) await connect(this);
  }

  override banner(): string {
    return greet(this, this.server);
  }

  /** For another process; it is there already where the log is concerned. */
  override portable(): MovingSession {
    return { ...super.portable(), hostName: this.subject.host, announced: this.announced };
  }

  override restore(state: PortableSession & Partial<MovingSession>): void {
    super.restore(state);
    this.lines.takeOver(state.hostName ?? this.remoteAddress);
  }

  override onEvent(event: SessionEvent): void {
    this.lines.event(event);
    if (event.type === 'transfer') for (const hear of hooks.transfer) hear(this, event);
  }

  override respond(result: Outcome | string): void {
    if (typeof result !== 'string') this.lines.saying(result);
    super.respond(result);
  }

  override async onFileReceived(file: string, details: TransferDetails): Promise<void> {
    for (const stored of hooks.stored) await stored(this, file, details);
  }

  override onLogout(): void {
    this.sharedPart?.[Symbol.dispose]();
    this.sharedPart = undefined;
    this.admitted?.release();
    this.admitted = undefined;
  }

  override async onProtectionCleared(): Promise<void> {
    await this.settings.daemon.admission.clearControl(this);
  }

  /** What a user may do is what the system lets this process do, inside the jail, unless a feature forbids it. */
  override hasPerm(permission: Permission, path?: string): boolean {
    return this.admittedAccount !== undefined && hooks.permits.every((permits) => permits(this, permission, path));
  }

  override async openFileSystem(username: string): Promise<FileSystem> {
    return this.admittedAccount === undefined ? super.openFileSystem(username) : openFiles(this, this.admittedAccount);
  }

  async welcome(outcome: Outcome): Promise<Outcome> {
    let said = outcome;
    for (const welcome of hooks.welcome) said = await welcome(this, said);
    return said;
  }

  override makeDataHandler(connection: DataConnection): DTPHandler {
    return throttled(this, connection);
  }

  /** By the first rule that is met, else that of `-P`. */
  override async announcedAddress(): Promise<string> {
    const ruled = await this.server.announcedAddresses.addressFor(this);
    return ruled ?? (this.announced === '' ? super.announcedAddress() : this.announced);
  }

  override permitsForeignAddress(): boolean {
    return permitsForeignAddress(this);
  }

  override get aliases(): ReadonlyMap<string, string> | undefined {
    return this.settings.daemon.aliases;
  }

  override uniqueName(): string {
    return uniqueName(this);
  }

  override unknownCommand(command: ParsedCommand): Outcome {
    return this.authenticated ? super.unknownCommand(command) : { name: 'loginRequired' };
  }

  override unreadableLine(kind: 'malformed' | 'overlong'): void {
    super.unreadableLine(kind);
    if (kind === 'overlong') this.closeWhenDone();
  }

  override concluded(command: ParsedCommand, outcome: Outcome): Outcome {
    this.lines.concluded(command, outcome);
    let said = outcome;
    for (const conclude of hooks.concluded) said = conclude(this, command, said);
    return said;
  }
}
