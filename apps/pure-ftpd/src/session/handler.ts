import { randomInt } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { basename, dirname } from 'node:path/posix';

import { type Account, isTrusted, type RefusalDelays, refusalDelays, systemIdentity } from '@pure-ftpd/auth';
import { greeting, PureFtpdLanguages } from '@pure-ftpd/messages';
import { decodeName, encodeName, FACTS, parseLooseTimestamp, selectFacts } from '@pure-ftpd/protocol';
import {
  type CommandResult,
  type DataConnection,
  type DTPHandler,
  type FileSystem,
  FTPHandler,
  type Outcome,
  type ParsedCommand,
  type Permission,
  type Policy,
  requireArgument,
  requireLogin,
  requirePermission,
  requireProtectedControl,
  requireProtectedData,
  type SessionEvent,
  ThrottledDTPHandler,
} from '@pure-ftpd/server';
import {
  admitPath,
  list,
  mfmt,
  mlsd,
  mlst,
  nlst,
  type MovedOf,
  type PortableSession,
  size,
  statPath,
  type TemporaryFiles,
} from '@pure-ftpd/server/internal';

import { confinementOf } from '../files/confinement.ts';
import { openUserFileSystem } from '../files/open-user-file-system.ts';
import { announcedRatio, bandwidthOf, quotaOf } from '../limits/account-limits.ts';
import { TransferCredit } from '../limits/transfer-credit.ts';
import type { Admitted } from '../login/admission.ts';
import type { Subject } from '../log/log.ts';
import { SessionTeller } from '../events/session-teller.ts';
import { temporaryPrefix } from '../unfinished/unfinished-upload.ts';
import {
  enterAnonymously,
  isAnonymousLogin,
  isPublic,
  mayPublic,
  refusedAsUpload,
  refusedOverwrite,
} from './anonymous.ts';
import { allocate } from './allocate.ts';
import { changeDirectory } from './change-directory.ts';
import { pureFtpdCommands } from './command-table.ts';
import type { Daemon } from './daemon.ts';
import { features } from './features.ts';
import { isTooFull } from './disk-usage.ts';
import { fortuneLines, type openFortunes } from './fortune.ts';
import { noteUse, onlyKeepsAlive } from './keep-alive.ts';
import { daemonLogin } from './login.ts';
import { requireProperName } from './names.ts';
import { protectionLevel } from './protection.ts';
import { anonymousAt, mayReachDotFile, refusedByRules } from './rules.ts';
import { refusedByRatio } from './ratio.ts';
import { PURE_FTPD_SLOTS } from './slots.ts';
import { transferType } from './transfer-type.ts';
import { overQuota, withUsage } from './usage-lines.ts';

/** Longer names of accounts are cut [server-options §5]. */
const MAX_LOGIN_BYTES = 127;

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

/** A session of the daemon as one process hands it to another. */
export type MovingSession = PortableSession &
  MovedOf<typeof PURE_FTPD_SLOTS> & {
    /** What the log calls the client. */
    readonly hostName: string;
  };

type Result = CommandResult | Promise<CommandResult>;

/** Refuses what the rules of the server do not let anybody do. */
const requireRules: Policy = (session, row, command) =>
  session instanceof PureFtpdHandler ? refusedByRules(session, row, command) : undefined;

/** Ends who only keeps a connection. */
const requireUse: Policy = (session, row) => {
  if (!(session instanceof PureFtpdHandler) || !onlyKeepsAlive(session, row)) return undefined;
  // Behind the reply.
  queueMicrotask(() => session.closeWhenDone());
  return { name: 'idleTimeout' };
};

/** A session of the daemon: the library's, with the manners of Pure-FTPd. */
export class PureFtpdHandler extends FTPHandler {
  static daemon: Daemon;
  /** The open file of `-F`, or why there is none. */
  static fortunes: ReturnType<typeof openFortunes> | undefined;
  /** What moves the data of users with a limit of bandwidth. */
  static throttledDtpHandler = ThrottledDTPHandler;
  static override words = new PureFtpdLanguages();
  /** For who is refused before there is a session. */
  static override catalogue = this.words.catalogueOf(this.words.initial);
  static override commands = pureFtpdCommands;
  static override slots = PURE_FTPD_SLOTS;
  static override authenticator = daemonLogin;
  static override policies = [
    requireUse,
    requireProtectedControl,
    requireLogin,
    requireProtectedData,
    requireArgument,
    requireProperName,
    requireRules,
    requirePermission,
  ];
  static override controlBytes: 'keep' | 'underscore' = 'underscore';
  static override defaultFacts = selectFacts(FACTS.filter((fact) => fact !== 'perm'));
  static override useGmtTimes = false;
  static override maxLoginAttempts = 6;
  /** As the C server [server-protocol §7.4]. */
  static override restartBeyondEnd = 'append' as const;
  /** Entries of one listing [server-options §5]. */
  static override maxListed = 10_000;
  /** Clients behind firewalls that must read PORT and PASV; refused where logins have to be protected. */
  static override clearControlAllowed = true;
  /** Seconds a failed login is delayed for itself and each one before it. */
  static loginDelayUnit = 3;
  /** Seconds a failed CWD is delayed for each one before it. */
  static directoryDelayUnit = 0.1;

  declare ['constructor']: typeof PureFtpdHandler;
  /** The login that was granted, while it lasts. */
  admitted: Admitted | undefined;
  /** Whether the server has confined the user of its own accord. */
  restricted = false;
  /** A member of the group of `-a`: not confined, and without quota, ratio and rules about dot files and kept files. */
  trusted = false;
  /** The time of the last command that does more than keep the connection alive, by `performance.now()`. */
  usedAt = performance.now();
  /** CWD that failed since one succeeded. */
  failedDirectories = 0;
  /** What the session has moved, for a ratio. */
  readonly credit = new TransferCredit();
  /** The quota has ended the transfer that runs. */
  #cutByQuota = false;
  /** What is told of the session. */
  readonly lines = new SessionTeller(this);
  declare announced: string;
  #fortune: readonly string[] = [];
  /** Names STOU has given. */
  #unique = 0;

  override get settings(): typeof PureFtpdHandler {
    return this.constructor;
  }

  /** Who lines of the log are about. */
  get subject(): Subject {
    return this.lines.subject;
  }

  override async onConnect(): Promise<void> {
    const { configuration, log } = this.settings.daemon;
    // The greeting does not wait for the name of the client.
    void this.lines.introduce(configuration.resolveClients);
    await this.#drawFortune(configuration.fortunesFile);
    if (configuration.announcedHost === undefined) return;
    const found = await this.settings.daemon.announcedAddress(configuration.announcedHost, this);
    if (typeof found === 'string') {
      this.announced = found;
      return;
    }
    log.write('ERROR', `-P ${configuration.announcedHost}: ${found.reason}`, this.subject);
    this.respond({ name: 'serviceUnavailable', reason: 'announcedAddress' });
    this.closeWhenDone();
  }

  /** For another process; it is there already where the log and the announced address are concerned. */
  override portable(): MovingSession {
    return { ...super.portable(), hostName: this.subject.host, announced: this.announced };
  }

  override restore(state: PortableSession & Partial<MovingSession>): void {
    super.restore(state);
    this.lines.takeOver(state.hostName ?? this.remoteAddress);
  }

  async #drawFortune(file: string | undefined): Promise<void> {
    const { fortunes } = this.settings;
    if (file === undefined || fortunes === undefined) return;
    const drawn = typeof fortunes === 'number' ? await fortuneLines(fortunes) : fortunes;
    if ('reason' in drawn) this.settings.daemon.log.write('ERROR', `-F ${file}: ${drawn.reason}`, this.subject);
    else this.#fortune = drawn;
  }

  override banner(): string {
    const { configuration } = this.settings.daemon;
    return greeting(this.settings.words.sentencesOf(this.language), {
      fortune: this.#fortune,
      session: this.server.sessionCount,
      maxSessions: this.server.maxCons,
      time: new Date(),
      port: this.localPort,
      anonymous: anonymousAt(this.localAddress, configuration),
      fxp: configuration.fxp === 'everybody',
      ratio: announcedRatio(configuration),
      ipv6: isIPv4(this.remoteAddress) && this.server.addresses.some(({ family }) => family === 'IPv6'),
      tls: this.settings.tlsService() !== undefined,
      idleSeconds: this.timeout,
    }).join('\n');
  }

  override announcedAddress(): string | Promise<string> {
    return this.announced === '' ? super.announcedAddress() : this.announced;
  }

  override onEvent(event: SessionEvent): void {
    this.lines.event(event);
    this.credit.event(event);
    if (event.type === 'transfer') this.#cutByQuota = event.overLimit === true;
  }

  override respond(result: Outcome | string): void {
    if (typeof result !== 'string') this.lines.saying(result);
    super.respond(result);
  }

  override onLogout(): void {
    this.admitted?.release();
    this.admitted = undefined;
  }

  /** What a user may do is what the system lets this process do, inside the jail. */
  override hasPerm(permission: Permission, path?: string): boolean {
    const { rules } = this.settings.daemon.configuration;
    if (path !== undefined && !mayReachDotFile(this, permission, path)) return false;
    if (isPublic(this.account)) return mayPublic(permission, rules);
    return this.account !== undefined && (permission !== 'M' || rules.changesModes);
  }

  /** Who has logged in. */
  get account(): Account | undefined {
    return this.admitted?.account;
  }

  /** How long the answer to the next PASS waits if it is a refusal. */
  loginDelays(): RefusalDelays {
    return refusalDelays(this.attemptedLogins, this.settings.loginDelayUnit);
  }

  override async openFileSystem(username: string): Promise<FileSystem> {
    if (this.account === undefined) return super.openFileSystem(username);
    const { configuration } = this.settings.daemon;
    const { chrootEveryone, trustedGid } = configuration;
    this.trusted =
      trustedGid !== undefined && !isPublic(this.account) && isTrusted(await systemIdentity(this.account), trustedGid);
    const limits = this.trusted ? undefined : quotaOf(this.account, configuration);
    const confines = chrootEveryone || (trustedGid !== undefined && !this.trusted) || limits !== undefined;
    const confinement = confinementOf(this.account, confines);
    this.restricted = confinement.restricted;
    const options = {
      temporary: this.#temporaryFiles(limits !== undefined),
      resolvesLinks: configuration.brokenClients,
      keepsOwnerAccess: configuration.rules.keepsOwnerAccess,
      linkRoots: configuration.linkRoots,
      quota: limits && { limits, report: (error: Error) => this.lines.write('ERROR', error.message) },
    };
    return openUserFileSystem(this.account, confinement, options);
  }

  override makeDataHandler(connection: DataConnection): DTPHandler {
    const { account } = this;
    const limits = account === undefined ? undefined : bandwidthOf(account, this.settings.daemon.configuration);
    if (limits === undefined) return super.makeDataHandler(connection);
    const { upload: readLimit = 0, download: writeLimit = 0 } = limits;
    return new this.settings.throttledDtpHandler(connection, this, { readLimit, writeLimit });
  }

  /** Of uploads under way. @param charged Whether they are charged to a quota. */
  #temporaryFiles(charged: boolean): TemporaryFiles {
    const { unfinished } = this.settings.daemon;
    const prefix = temporaryPrefix(this.startedAt, this.localPort);
    if (unfinished === undefined) return { prefix };
    return {
      prefix,
      began: (path) =>
        unfinished.began({ root: this.fs.root, directory: dirname(path), name: basename(path), charged }),
      ended: (path) => unfinished.ended(basename(path)),
    };
  }

  override get aliases(): ReadonlyMap<string, string> | undefined {
    return this.settings.daemon.aliases;
  }

  /** Old clients take EPSV over IPv4 for something else [server-protocol §13]. */
  get refusesEpsv(): boolean {
    return this.settings.daemon.configuration.brokenClients && isIPv4(this.localAddress);
  }

  override permitsForeignAddress(): boolean {
    const { fxp } = this.settings.daemon.configuration;
    return fxp === 'everybody' || (fxp === 'users' && this.account !== undefined && !isPublic(this.account));
  }

  override unknownCommand(command: ParsedCommand): Outcome {
    return this.authenticated ? super.unknownCommand(command) : { name: 'loginRequired' };
  }

  override unreadableLine(kind: 'malformed' | 'overlong'): void {
    super.unreadableLine(kind);
    if (kind === 'malformed') return;
    this.closeWhenDone();
  }

  /** Some failures have another code in Pure-FTPd, by the command they happen to. */
  override concluded(command: ParsedCommand, outcome: Outcome): Outcome {
    const { verb } = command;
    noteUse(this, verb);
    this.lines.concluded(command, outcome);
    if (verb === 'RETR' || verb === 'STOR' || verb === 'APPE' || verb === 'STOU') this.restartPosition = 0;
    // Clients that copy a folder enter each before they make it: that is no guessing of names [server-protocol §5.1].
    if (outcome.name === 'directoryCreated') this.failedDirectories = 0;
    if (outcome.name === 'fileUnavailable') {
      if (verb === 'STOR' || verb === 'APPE' || verb === 'STOU') return { ...outcome, name: 'nameRefused' };
      if (verb === 'RNTO') {
        this.renameFrom = undefined;
        return { name: 'renameFailed', reason: outcome.reason };
      }
    }
    return outcome;
  }

  override ftp_USER(username: string): Result {
    if (isPublic(this.account)) return this.#welcomeBack();
    if (this.authenticated) return { name: 'alreadyLoggedIn' };
    const anonymous = anonymousAt(this.localAddress, this.settings.daemon.configuration);
    if (isAnonymousLogin(username, anonymous)) return enterAnonymously(this);
    const bytes = encodeName(username);
    return super.ftp_USER(bytes.length > MAX_LOGIN_BYTES ? decodeName(bytes.subarray(0, MAX_LOGIN_BYTES)) : username);
  }

  override async onProtectionCleared(): Promise<void> {
    await this.settings.daemon.admission.clearControl(this);
  }

  override async ftp_REIN(): Promise<CommandResult> {
    return this.settings.daemon.admission.afterUser(this, await super.ftp_REIN());
  }

  override ftp_PASS(password: string): Result {
    // Clients send a password for anonymous, too: it is not asked for, and not wrong.
    return isPublic(this.account) ? this.#welcome() : super.ftp_PASS(password);
  }

  /** Who has logged in stays so: nobody protects a session by halves. */
  override ftp_AUTH(mechanism: string): Result {
    return this.authenticated ? { name: 'commandNotUnderstood', verb: 'AUTH' } : super.ftp_AUTH(mechanism);
  }

  override ftp_PROT(level: string): Result {
    return protectionLevel(this, level);
  }

  override ftp_CWD(argument: string): Result {
    return changeDirectory(this, argument);
  }

  override ftp_ALLO(bytes: string): Result {
    return allocate(this, bytes);
  }

  override ftp_EPSV(argument: string): Result {
    if (this.refusesEpsv) return { name: 'commandNotUnderstood', verb: 'EPSV' };
    // Whatever family is asked for, the client gets the one of its control connection.
    const isKnown =
      argument.toUpperCase() === 'ALL' || (argument === '2' && this.settings.daemon.configuration.ipv4Only);
    return super.ftp_EPSV(isKnown ? argument : '');
  }

  override ftp_MFMT(argument: string): Result {
    return mfmt(this, argument, parseLooseTimestamp);
  }

  override ftp_STAT(argument: string): Result {
    return argument === ''
      ? super.ftp_STAT(argument)
      : statPath(this, this.#listed(argument), { missingIsEmpty: true });
  }

  /** In the C server's form: seconds, a part of the time, and a number of this session's. */
  override uniqueName(): string {
    this.#unique += 1;
    return `pureftpd.${hex(Math.floor(Date.now() / 1000), 8)}.${hex(randomInt(256), 2)}.${hex(this.#unique, 4)}`;
  }

  override ftp_FEAT(): Result {
    return features(this);
  }

  override ftp_HELP(): Result {
    return super.ftp_SITE_HELP();
  }

  override ftp_TYPE(argument: string): Result {
    return transferType(this, argument);
  }

  override ftp_REST(argument: string): Result {
    const digits = argument.trimStart();
    if (digits === '') {
      this.restartPosition = 0;
      return { name: 'argumentRequired', verb: 'REST' };
    }
    if (this.currentType === 'i' || !/^\d{1,15}$/.test(digits)) return super.ftp_REST(digits);
    // Taken in ASCII type as well: the transfer says whether it can be done.
    this.restartPosition = Number(digits);
    return { name: 'restartAt', offset: this.restartPosition, type: 'ascii' };
  }

  override ftp_LIST(argument: string): Result {
    return list(this, this.#listed(argument), { missingIsEmpty: true });
  }

  /** With dot files, where the server shows them to everybody. */
  #listed(argument: string): string {
    return this.settings.daemon.configuration.rules.listsDotFiles ? `-a ${argument}` : argument;
  }

  override ftp_NLST(argument: string): Result {
    return nlst(this, argument, { dots: true, directoriesOnly: true });
  }

  override ftp_MLSD(path: string): Result {
    return mlsd(this, path, { dots: true });
  }

  /** Names what the client named. */
  override async ftp_MLST(argument: string): Promise<CommandResult> {
    const shown = argument === '' ? '.' : argument;
    const admitted = await admitPath(this, { verb: 'MLST', path: 'link', permission: 'l' }, shown);
    if ('name' in admitted) return admitted;
    const special = shown === '.' ? 'cdir' : shown === '..' || shown === '/' ? 'pdir' : undefined;
    return mlst(this, admitted.path, special === undefined ? { shown } : { shown, special });
  }

  override ftp_SIZE(path: string): Result {
    return size(this, path, true);
  }

  override async ftp_RETR(path: string): Promise<CommandResult> {
    return (await refusedAsUpload(this, path)) ?? (await refusedByRatio(this, path)) ?? super.ftp_RETR(path);
  }

  /** Files that are kept are not renamed either; the C server documents that, and lets them be. */
  override async ftp_RNFR(path: string): Promise<CommandResult> {
    const result = await super.ftp_RNFR(path);
    if (this.settings.daemon.configuration.rules.deletes || this.trusted || this.renameFrom === undefined)
      return result;
    if ((await this.fs.lstat(path)).type === 'dir') return result;
    this.renameFrom = undefined;
    return { name: 'permissionDenied', verb: 'RNFR' };
  }

  override async ftp_DELE(path: string): Promise<CommandResult> {
    return withUsage(this.fs, await super.ftp_DELE(path));
  }

  override async ftp_MKD(path: string): Promise<CommandResult> {
    return overQuota(this.fs, await withUsage(this.fs, await super.ftp_MKD(path)), 'MKD');
  }

  override async ftp_RMD(path: string): Promise<CommandResult> {
    return withUsage(this.fs, await super.ftp_RMD(path));
  }

  override async ftp_STOR(path: string): Promise<CommandResult> {
    const refusal =
      (await this.#refusedForOwner(path, !this.settings.numberedUploads)) ??
      (await this.#refusedForSpace(dirname(path)));
    return refusal ?? this.#stored(await super.ftp_STOR(path));
  }

  override async ftp_APPE(path: string): Promise<CommandResult> {
    this.restartPosition = 0;
    const refusal = (await this.#refusedForOwner(path, true)) ?? (await this.#refusedForSpace(dirname(path)));
    return refusal ?? this.#stored(await super.ftp_APPE(path));
  }

  override async ftp_STOU(argument: string): Promise<CommandResult> {
    this.restartPosition = 0;
    return (await this.#refusedForSpace(this.cwd)) ?? this.#stored(await super.ftp_STOU(argument));
  }

  /** The end of an upload, with what is used now. */
  async #stored(result: CommandResult): Promise<CommandResult> {
    if (!this.#cutByQuota) return withUsage(this.fs, result);
    this.#cutByQuota = false;
    return overQuota(this.fs, result, 'STOR');
  }

  /** Old clients expect to be asked for a password, also when none is needed. */
  #welcomeBack(): Outcome {
    if (!this.settings.daemon.configuration.brokenClients) return this.#welcome();
    return { name: 'passwordRequired', username: this.username, flushed: false };
  }

  #welcome(): Outcome {
    return { name: 'loggedIn', username: this.username, message: undefined, directory: this.cwd, restricted: true };
  }

  #refusedForOwner(path: string, replaces: boolean): Promise<Outcome | undefined> | undefined {
    return isPublic(this.account) ? refusedOverwrite(this, path, replaces) : undefined;
  }

  async #refusedForSpace(directory: string): Promise<Outcome | undefined> {
    const { maxDiskUsage } = this.settings.daemon.configuration;
    if (maxDiskUsage === undefined || !(await isTooFull(this.fs, directory, maxDiskUsage))) return undefined;
    return { name: 'storageLimitExceeded' };
  }
}
