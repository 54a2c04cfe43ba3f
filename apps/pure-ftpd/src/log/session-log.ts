// What a session does, as lines of the log, in the words of the C server [altlog-stats §6.2]: tools look for them.
import { basename, decodeName, formatReply, simplifyUploadName } from '@pure-ftpd/protocol';
import type { Outcome, ParsedCommand, SessionEvent } from '@pure-ftpd/server';
import { replyFor } from '@pure-ftpd/server/internal';

import { HTTP_VERBS } from '../session/command-table.ts';
import { isVirtualHost } from '../login/virtual-hosts.ts';
import type { PureFtpdHandler } from '../session/handler.ts';
import { keyBits } from '../tls/cipher-suites.ts';
import { clientName } from './client-name.ts';
import { failureLine } from './failure-texts.ts';
import type { Level, Subject } from './log-entry.ts';
import { sessionNumber } from './session-number.ts';
import type { TransferSink } from './transfer-logs.ts';

type Transfer = Extract<SessionEvent, { readonly type: 'transfer' }>;
type Tls = Extract<SessionEvent, { readonly type: 'tls' }>;

/** Outcomes after which the C server ends a session without another word. */
const ENDINGS: ReadonlySet<Outcome['name']> = new Set([
  'commandTooLong',
  'homeUnavailable',
  'idleTimeout',
  'serviceUnavailable',
  'tooManySessionsOfUser',
]);

/** The lines of one session, and its transfers for the transfer logs. */
export class SessionLog {
  readonly #session: PureFtpdHandler;
  /** What the log calls the client: its address, and its name once that is known. */
  #host: string;
  #user = '?';
  /** The last command, not counting those that overtake a transfer. */
  #verb = '';
  #argument = '';
  #renameFrom = '';
  /** The end has been told of. */
  #isOver = false;
  #number: number | undefined;

  constructor(session: PureFtpdHandler) {
    this.#session = session;
    this.#host = session.remoteAddress;
  }

  /** Who lines are about. */
  get subject(): Subject {
    return { user: this.#user, host: this.#host, session: this.#session.sessionId };
  }

  /** Writes a line about the session. */
  write(level: Level, text: string): void {
    this.#session.settings.daemon.log.write(level, text, this.subject);
  }

  /** The client is there: its name, if it is wanted, is looked up before the log is told, and nobody waits for that. */
  async introduce(resolve: boolean): Promise<void> {
    if (resolve) this.#host = await clientName(this.#session.remoteAddress);
    this.#session.settings.daemon.admission.introduced(this.#session, this.#host);
  }

  /** Goes on with a session that another process has begun. @param host What the log calls its client there. */
  takeOver(host: string): void {
    this.#host = host;
  }

  /** Something happened. */
  event(event: SessionEvent): void {
    switch (event.type) {
      case 'command':
        this.#command(event.verb, event.argument);
        break;
      case 'reply':
        if (this.#verbosity > 1) this.#lines(formatReply(event.reply));
        break;
      case 'login':
        this.#login(event.username);
        break;
      case 'transfer':
        // As the C server: what a quota has ended was never there.
        if (event.overLimit !== true) this.#transfer(event);
        break;
      case 'removed':
        this.write('NOTICE', `Deleted ${this.#path(this.#argument)}`);
        break;
      case 'renamed':
        this.write('NOTICE', `File successfully renamed or moved: [${this.#renameFrom}]->[${this.#argument}]`);
        break;
      case 'tls':
        this.#tls(event);
        break;
      case 'tlsFailed':
        this.#tlsFailed(event.channel, event.reason);
        break;
      case 'error':
        this.write('ERROR', `internal error: ${event.error.stack ?? event.error.message}`);
        break;
      case 'disconnect':
        this.#end();
        break;
      case 'loginFailed':
        if (this.#verbosity > 0) this.write('DEBUG', `login of [${event.username}] refused: ${event.reason}`);
        break;
      // A client is introduced when its name is known.
      case 'connect':
      case 'transferStarted':
      case 'logout':
      case 'directoryCreated':
      case 'directoryRemoved':
        break;
      default:
        event satisfies never;
    }
  }

  /** A command is over, and this is about to be said of it. */
  concluded({ verb }: ParsedCommand, outcome: Outcome): void {
    if (outcome.name === 'restartAt') {
      if (outcome.offset > 0 && outcome.type === 'binary') this.write('NOTICE', `Restarting at ${outcome.offset}`);
      return;
    }
    const line = failureLine(verb, this.#argument, outcome);
    if (line !== undefined) this.write(line.level, line.text);
  }

  /** Something is about to be said, perhaps without having been asked. */
  saying(outcome: Outcome): void {
    if (outcome.name === 'idleTimeout') this.write('INFO', 'Timeout - try typing a little faster next time');
    else if (outcome.name === 'commandTooLong') this.write('WARNING', 'Line too long');
    else if (outcome.name === 'goodbye') this.#end();
    else if (outcome.name === 'homeUnavailable') this.write('ERROR', 'Home directory not available - aborting');
    if (ENDINGS.has(outcome.name) || (outcome.name === 'loginFailed' && outcome.last)) this.#isOver = true;
  }

  /** The name of a transfer as it was asked for. @param path Of the file on the server. */
  transferName(direction: Transfer['direction'], path: string): string {
    return direction === 'send' ? this.#argument : this.#uploadName(path);
  }

  get #verbosity(): number {
    return this.#session.settings.daemon.configuration.verbosity;
  }

  #command(verb: string, argument: string): void {
    if (this.#verbosity > 0)
      this.write('DEBUG', `Command [${verb.toLowerCase()}] [${verb === 'PASS' ? '<*>' : argument}]`);
    if (HTTP_VERBS.includes(verb)) {
      this.write('INFO', `HTTP command: [${verb.toLowerCase()}]`);
      this.#isOver = true;
    }
    if (this.#session.data.transfer !== undefined) return;
    if (verb === 'RNFR') this.#renameFrom = argument;
    this.#verb = verb;
    this.#argument = argument;
  }

  /** STOU makes a name up, other names lose blanks at their ends, and may have got a number (`-r`). */
  #uploadName(path: string): string {
    if (this.#verb === 'STOU') return basename(path);
    const asked = simplifyUploadName(this.#argument);
    return asked.slice(0, asked.lastIndexOf('/') + 1) + basename(path);
  }

  #lines(reply: Buffer): void {
    for (const line of decodeName(reply).trimEnd().split('\r\n')) this.write('DEBUG', line);
  }

  #login(username: string): void {
    const isPublic = this.#session.account?.method === 'anonymous';
    const where = this.#isAtVirtualHost ? ` the virtual FTP: ${this.#session.localAddress}` : '';
    this.write('INFO', isPublic ? `Anonymous user logged in${where}` : `${username} is now logged in`);
    this.#user = username;
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.write('INFO', 'Logout.');
  }

  #transfer(event: Transfer): void {
    const { bytes, seconds, direction } = event;
    const name = this.transferName(direction, event.path);
    const verb = direction === 'receive' ? 'uploaded' : 'downloaded';
    const rate = bytes === 0 ? 0 : bytes / 1024 / Math.max(seconds, 1e-6);
    const isNothingStored = direction === 'receive' && !event.complete && bytes === 0;
    const text = isNothingStored
      ? 'not stored: the upload is incomplete'
      : `${verb}  (${bytes} bytes, ${rate.toFixed(2)}KB/sec)`;
    this.write('NOTICE', `${this.#path(name)} ${text}`);
    this.#sink?.write(
      {
        time: Date.now(),
        session: { startedAt: this.#session.startedAt, pid: (this.#number ??= sessionNumber(this.#session.startedAt)) },
        user: this.#user,
        host: this.#host,
        address: this.#session.remoteAddress,
        direction: direction === 'receive' ? 'upload' : 'download',
        path: event.path,
        bytes,
        seconds,
        type: event.ascii ? 'ascii' : 'binary',
        complete: event.complete,
        code: replyFor(this.#session.catalogue, event.outcome).code,
        encrypted: event.secured,
      },
      this.#session.sessionId,
    );
  }

  get #sink(): TransferSink | undefined {
    return this.#session.settings.daemon.transfers;
  }

  get #isAtVirtualHost(): boolean {
    const { account, localAddress } = this.#session;
    return account !== undefined && isVirtualHost(account, localAddress);
  }

  /** A name as it was given, behind the root and the current directory: `/srv/ftp/alice//d/name`, `192.0.2.1://d/name`. */
  #path(name: string): string {
    const { fs, cwd, localAddress } = this.#session;
    const root = this.#isAtVirtualHost ? `${localAddress}:` : fs.root;
    const above = root.endsWith('/') ? root : `${root}/`;
    if (name.startsWith('/')) return above + name;
    return `${above}${cwd}${cwd.endsWith('/') ? '' : '/'}${name}`;
  }

  /** The name a client asks for has a line of its own. */
  #tls({ version, cipher }: Tls): void {
    this.write('INFO', `TLS: Enabled ${version} with ${cipher}, ${keyBits(cipher)} secret bits cipher`);
  }

  #tlsFailed(channel: 'control' | 'data', reason: string): void {
    if (channel === 'data') {
      this.write('WARNING', `TLS of the data connection failed: ${reason}`);
      return;
    }
    this.#isOver = true;
    const text =
      'Sorry, cleartext sessions and weak ciphers are not accepted on this server. ' +
      'Please reconnect using TLS security mechanisms.';
    this.write('WARNING', `${text} (${reason})`);
  }
}
