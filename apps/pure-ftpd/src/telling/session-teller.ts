import type { Account } from '@pure-ftpd/auth';
import { ActivityReporter, SettledActivities, type SettledActivity } from '@pure-ftpd/scoreboard';
import { type Outcome, type ParsedCommand, type SessionEvent, transferPosition } from '@pure-ftpd/server';
import { replyFor } from '@pure-ftpd/server/internal';

import { clientName } from '../log/client-name.ts';
import type { Level, Subject } from '../log/log-entry.ts';
import { calledInSession, type LoggedSession, SessionLog } from './session-log.ts';
import { sessionNumber } from '../log/session-number.ts';
import type { EventBody, EventTeller, Who } from '../events/event.ts';
import { HTTP_VERBS } from '../contract/http-verbs.ts';
import { LastCommand } from './last-command.ts';

type Event<Type extends SessionEvent['type']> = Extract<SessionEvent, { readonly type: Type }>;

/** What a session is asked for by who tells of it. */
export interface ToldSession extends LoggedSession {
  readonly sessionId: string;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localPort: number;
  readonly proxy?: Who['proxy'];
  readonly startedAt: number;
  readonly admittedAccount: Account | undefined;
  readonly catalogue: Parameters<typeof replyFor>[0];
  readonly data: { readonly transfer: unknown };
  readonly settings: LoggedSession['settings'] & {
    readonly daemon: { readonly events: EventTeller };
  };
}

/** What no client of FTP does before it has logged in, or afterwards. */
function isViolation(event: SessionEvent): boolean {
  if (event.type === 'command') return HTTP_VERBS.includes(event.verb);
  return event.type === 'tlsFailed' && event.channel === 'control';
}

const reporter = new ActivityReporter();
const settled = new SettledActivities();

/** Tells the stream of events what one session does, and who that is. */
export class SessionTeller {
  readonly #session: ToldSession;
  readonly #command = new LastCommand();
  readonly #log: SessionLog;
  #activity: SettledActivity | undefined;
  /** What the client is called: its address, and its name once that is known. */
  #host: string;
  #user = '?';
  #account = '?';
  #number: number | undefined;
  #who: Who | undefined;

  constructor(session: ToldSession) {
    this.#session = session;
    this.#host = session.remoteAddress;
    this.#log = new SessionLog(session, this.#command, (level, text) => this.write(level, text));
  }

  /** How much is logged, as `-d` that many times; undefined for what the server's is. */
  get verbosity(): number | undefined {
    return this.#log.ownVerbosity;
  }

  set verbosity(level: number | undefined) {
    this.#log.ownVerbosity = level;
  }

  /** Who lines of the log are about. */
  get subject(): Subject {
    const { user, host, session, remoteAddress } = this.#known;
    return { user, host, session, address: remoteAddress };
  }

  /** Writes a line about the session. */
  write(level: Level, text: string): void {
    this.#tell({ type: 'line', level, text });
  }

  /** The client is there: its name, if it is wanted, is looked up before anybody is told, and nobody waits for that. */
  async introduce(resolve: boolean): Promise<void> {
    if (resolve) this.#called(await clientName(this.#session.remoteAddress));
    this.#tell({ type: 'introduced' });
  }

  /** Goes on with a session that another process has begun. @param host What its client is called there. */
  takeOver(host: string): void {
    this.#called(host);
  }

  /** Something happened. */
  event(event: SessionEvent): void {
    if (event.type === 'command' && this.#session.data.transfer === undefined)
      this.#command.note(event.verb, event.argument);
    this.#log.event(event);
    if (isViolation(event)) this.#tell({ type: 'violated' });
    if (event.type === 'connect') this.#tell({ type: 'arrived' });
    else if (event.type === 'login') this.#loggedIn(event.username);
    else if (event.type === 'logout') this.#tell({ type: 'loggedOut' });
    else if (event.type === 'transferStarted') this.#transferStarted(event);
    else if (event.type === 'transfer') this.#transferred(event);
    else if (event.type === 'disconnect') this.#activity?.end();
  }

  /** A command is over, and this is about to be said of it. */
  concluded(command: ParsedCommand, outcome: Outcome): void {
    this.#log.concluded(command, outcome);
    if (outcome.name === 'storageLimitExceeded') this.#tell({ type: 'storageFull' });
  }

  /** Something is about to be said, perhaps without having been asked. */
  saying(outcome: Outcome): void {
    this.#log.saying(outcome);
    if (outcome.name === 'commandTooLong') this.#tell({ type: 'violated' });
  }

  /** Tells what happened that nobody else tells of. */
  happened(body: EventBody): void {
    this.#tell(body);
  }

  /** The session is over, and nothing more happens in it. */
  left(): void {
    this.#tell({ type: 'left' });
  }

  get #known(): Who {
    return (this.#who ??= this.#whoNow());
  }

  #whoNow(): Who {
    const { sessionId, remoteAddress, remotePort, localAddress, localPort, proxy, startedAt } = this.#session;
    this.#number ??= sessionNumber(startedAt);
    return {
      session: sessionId,
      remoteAddress,
      remotePort,
      localAddress,
      localPort,
      proxy,
      startedAt,
      number: this.#number,
      host: this.#host,
      user: this.#user,
      account: this.#account,
    };
  }

  #called(host: string): void {
    this.#host = host;
    this.#who = undefined;
  }

  #loggedIn(username: string): void {
    this.#user = username;
    this.#account = this.#session.admittedAccount?.login ?? username;
    this.#who = undefined;
    this.#tell({ type: 'loggedIn' });
  }

  #transferStarted({ direction, path, offset, size, transfer }: Event<'transferStarted'>): void {
    this.#activity ??= settled.of(
      reporter.session({
        begin: (start) => this.#tell({ type: 'transferBegan', ...start }),
        progress: (position) => this.#tell({ type: 'progress', position }),
        idle: () => this.#tell({ type: 'idle' }),
      }),
    );
    this.#activity.transfer({
      direction: direction === 'send' ? 'download' : 'upload',
      name: this.#onDisk(this.#command.transferName(direction, calledInSession(this.#session, path))),
      offset,
      size: size ?? 0,
      position: () => transferPosition(transfer) ?? offset,
    });
  }

  #transferred({
    direction,
    path,
    bytes,
    seconds,
    complete,
    outcome,
    ascii,
    secured,
    overLimit,
  }: Event<'transfer'>): void {
    // As the C server: what a quota has ended was never there.
    if (overLimit !== true)
      this.#tell({
        type: 'transferred',
        direction: direction === 'receive' ? 'upload' : 'download',
        path,
        bytes,
        milliseconds: Math.round(seconds * 1000),
        transferType: ascii ? 'ascii' : 'binary',
        complete,
        code: replyFor(this.#session.catalogue, outcome).code,
        encrypted: secured,
      });
    this.#activity?.idle();
  }

  /** A name as it is on the disk, whatever the session calls it. */
  #onDisk(name: string): string {
    return this.#session.settings.charsets?.disk?.toDisk(name) ?? name;
  }

  #tell(body: EventBody): void {
    this.#session.settings.daemon.events.tell(this.#known, body);
  }
}
