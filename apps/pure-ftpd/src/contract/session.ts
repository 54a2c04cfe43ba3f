import type { Account } from '@pure-ftpd/auth';
import type { PureFtpdLanguages } from '@pure-ftpd/messages';
import type { Bandwidth } from '@pure-ftpd/options';
import type { Catalogue, Outcome, Session, ThrottledDTPHandler } from '@pure-ftpd/server';
import type { DetachedSession, PortableSession } from '@pure-ftpd/server/internal';

import type { EventBody } from '../events/event.ts';
import type { SharedPart } from '../limits/shared-bandwidth.ts';
import type { Level, Subject } from '../log/log-entry.ts';
import type { Admitted, AdmissionOf } from './admission.ts';
import type { DaemonOf } from './daemon.ts';

/** What all sessions of a process share. */
export type Daemon = DaemonOf<PureFtpdSession>;

/** Who lets sessions in. */
export type Admission = AdmissionOf<PureFtpdSession>;

/** The settings of the daemon's sessions, besides those of the library. */
export interface PureFtpdSettings {
  readonly daemon: Daemon;
  readonly words: PureFtpdLanguages;
  /** The open file of `-F`, or why there is none. */
  readonly fortunes: number | { readonly reason: string } | undefined;
  /** What moves the data of users with a limit of bandwidth. */
  readonly throttledDtpHandler: typeof ThrottledDTPHandler;
  /** Seconds a failed login is delayed for itself and each one before it. */
  readonly loginDelayUnit: number;
  /** Seconds a failed CWD is delayed for each one before it. */
  readonly directoryDelayUnit: number;
}

/** What is told of a session. */
export interface SessionLines {
  /** Who lines of the log are about. */
  readonly subject: Subject;
  write(level: Level, text: string): void;
  /** How much is logged, as `-d` that many times; undefined for what the server's is. */
  verbosity: number | undefined;
  /** Tells what happened. */
  happened(body: EventBody): void;
}

/** A session of the daemon, as one process hands it to another. */
export type MovingSession = PortableSession & {
  /** What `-P` announces to the client; empty where there is nothing. */
  readonly announced: string;
  /** What the log calls the client. */
  readonly hostName: string;
};

/** One client as the features of the daemon have it. The class of its sessions is seen by who makes them, and nobody else. */
export interface PureFtpdSession extends Session {
  readonly settings: Session['settings'] & PureFtpdSettings;
  /** The language of replies: that of the session, where its charset has all characters of that. */
  readonly spokenLanguage: string;
  /** How outcomes are said to the client. */
  readonly catalogue: Catalogue;
  /** The login that was granted, while it lasts. */
  admitted: Admitted | undefined;
  /** Who has logged in. */
  readonly admittedAccount: Account | undefined;
  /** Whether the server has confined the user of its own accord. */
  restricted: boolean;
  /** A member of the group of `-a`: not confined, and without quota, ratio and rules about dot files and kept files. */
  trusted: boolean;
  /** A login is being judged: for nobody, once the client has ended its side. */
  isBeingJudged: boolean;
  /** Who lines of the log are about. */
  readonly subject: Subject;
  readonly lines: SessionLines;
  /** The bandwidth that an administrator has set for it, in bytes a second: 0 for no limit. */
  ordered: Bandwidth | undefined;
  /** Its part in what sessions have of bandwidth between them; undefined before its first transfer. */
  sharedPart: SharedPart | undefined;
  /** Bytes that were said on the control connection. */
  readonly bytesSaid: number;

  /** What a user who has logged in is told: what every feature adds to it. */
  welcome(outcome: Outcome): Promise<Outcome>;
  /** What another process needs to go on with this session, when nobody is logged in. */
  portable(): MovingSession;
  /**
   * Gives the session away, to another process: undefined when it is over.
   * @throws SystemError when there are too many descriptors; the session goes on then.
   */
  detach(): Promise<DetachedSession | undefined>;
}

/** Whether a session is one of the daemon's. */
export function isPureFtpdSession(session: Session): session is PureFtpdSession {
  return 'daemon' in session.settings;
}
