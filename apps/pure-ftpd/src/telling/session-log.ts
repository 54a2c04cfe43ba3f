// What a session does, as lines of the log, in the words of the C server [altlog-stats §6.2]: tools look for them.
import type { Account } from '@pure-ftpd/auth';
import { decodeName, formatReply, type SessionCharsets } from '@pure-ftpd/protocol';
import type { Outcome, ParsedCommand, SessionEvent } from '@pure-ftpd/server';

import { HTTP_VERBS } from '../contract/http-verbs.ts';
import type { LastCommand } from './last-command.ts';
import { isVirtualHost } from '../login/virtual-hosts.ts';
import { keyBits } from '../tls/cipher-suites.ts';
import { failureLine } from '../log/failure-texts.ts';
import type { Level } from '../log/log-entry.ts';

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

/** What lines are made from. */
export interface LoggedSession {
  readonly localAddress: string;
  readonly admittedAccount: Account | undefined;
  readonly fs: { readonly root: string };
  readonly cwd: string;
  readonly settings: {
    readonly daemon: { readonly configuration: { readonly verbosity: number } };
    readonly charsets: SessionCharsets | undefined;
  };
}

/** A path on the server as the session calls it, where the disk has another charset. */
export function calledInSession({ settings }: Pick<LoggedSession, 'settings'>, path: string): string {
  return settings.charsets?.disk?.fromDisk(path) ?? path;
}

/** The lines of one session. */
export class SessionLog {
  readonly #session: LoggedSession;
  readonly #last: LastCommand;
  readonly #write: (level: Level, text: string) => void;
  /** How much is logged, as `-d` that many times; undefined for what the server's is. */
  ownVerbosity: number | undefined;
  /** The end has been told of. */
  #isOver = false;

  /** @param last What the session was told to do last. */
  constructor(session: LoggedSession, last: LastCommand, write: (level: Level, text: string) => void) {
    this.#session = session;
    this.#last = last;
    this.#write = write;
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
        this.#write('NOTICE', `Deleted ${this.#path(this.#last.argument)}`);
        break;
      case 'renamed':
        this.#write(
          'NOTICE',
          `File successfully renamed or moved: [${this.#last.renameFrom}]->[${this.#last.argument}]`,
        );
        break;
      case 'tls':
        this.#tls(event);
        break;
      case 'tlsFailed':
        this.#tlsFailed(event.channel, event.reason);
        break;
      case 'error':
        this.#write('ERROR', `internal error: ${event.error.stack ?? event.error.message}`);
        break;
      case 'disconnect':
        this.#end();
        break;
      case 'loginFailed':
        if (this.#verbosity > 0) this.#write('DEBUG', `login of [${event.username}] refused: ${event.reason}`);
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
      if (outcome.offset > 0 && outcome.type === 'binary') this.#write('NOTICE', `Restarting at ${outcome.offset}`);
      return;
    }
    const line = failureLine(verb, this.#last.argument, outcome);
    if (line !== undefined) this.#write(line.level, line.text);
  }

  /** Something is about to be said, perhaps without having been asked. */
  saying(outcome: Outcome): void {
    if (outcome.name === 'idleTimeout') this.#write('INFO', 'Timeout - try typing a little faster next time');
    else if (outcome.name === 'commandTooLong') this.#write('WARNING', 'Line too long');
    else if (outcome.name === 'goodbye') this.#end();
    else if (outcome.name === 'homeUnavailable') this.#write('ERROR', 'Home directory not available - aborting');
    if (ENDINGS.has(outcome.name) || (outcome.name === 'loginFailed' && outcome.last)) this.#isOver = true;
  }

  get #verbosity(): number {
    return this.ownVerbosity ?? this.#session.settings.daemon.configuration.verbosity;
  }

  #command(verb: string, argument: string): void {
    if (this.#verbosity > 0)
      this.#write('DEBUG', `Command [${verb.toLowerCase()}] [${verb === 'PASS' ? '<*>' : argument}]`);
    if (HTTP_VERBS.includes(verb)) {
      this.#write('INFO', `HTTP command: [${verb.toLowerCase()}]`);
      this.#isOver = true;
    }
  }

  #lines(reply: Buffer): void {
    for (const line of decodeName(reply).trimEnd().split('\r\n')) this.#write('DEBUG', line);
  }

  #login(username: string): void {
    const isPublic = this.#session.admittedAccount?.method === 'anonymous';
    const where = this.#isAtVirtualHost ? ` the virtual FTP: ${this.#session.localAddress}` : '';
    this.#write('INFO', isPublic ? `Anonymous user logged in${where}` : `${username} is now logged in`);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#write('INFO', 'Logout.');
  }

  #transfer(event: Transfer): void {
    const { bytes, seconds, direction } = event;
    const name = this.#last.transferName(direction, calledInSession(this.#session, event.path));
    const verb = direction === 'receive' ? 'uploaded' : 'downloaded';
    const rate = bytes === 0 ? 0 : bytes / 1024 / Math.max(seconds, 1e-6);
    const isNothingStored = direction === 'receive' && !event.complete && bytes === 0;
    const text = isNothingStored
      ? 'not stored: the upload is incomplete'
      : `${verb}  (${bytes} bytes, ${rate.toFixed(2)}KB/sec)`;
    this.#write('NOTICE', `${this.#path(name)} ${text}`);
  }

  get #isAtVirtualHost(): boolean {
    const { admittedAccount: account, localAddress } = this.#session;
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
    this.#write('INFO', `TLS: Enabled ${version} with ${cipher}, ${keyBits(cipher)} secret bits cipher`);
  }

  #tlsFailed(channel: 'control' | 'data', reason: string): void {
    if (channel === 'data') {
      this.#write('WARNING', `TLS of the data connection failed: ${reason}`);
      return;
    }
    this.#isOver = true;
    const text =
      'Sorry, cleartext sessions and weak ciphers are not accepted on this server. ' +
      'Please reconnect using TLS security mechanisms.';
    this.#write('WARNING', `${text} (${reason})`);
  }
}
