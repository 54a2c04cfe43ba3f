import { encodeText } from '@pure-ftpd/protocol';

/** As the C server writes them [server-options §7.1]. */
export type Level = 'DEBUG' | 'INFO' | 'NOTICE' | 'WARNING' | 'ERROR';

/** Who a line is about. */
export interface Subject {
  /** `?` until somebody has logged in. */
  readonly user: string;
  readonly host: string;
  /** The session it is about, where there is one: by it another process knows who that is. */
  readonly session?: string;
  /** The address of its client, where that is known. */
  readonly address?: string;
}

/** A line of the log: plain data, which one process may make and another one write. */
export interface LogEntry extends Subject {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** The process it comes from. */
  readonly pid: number;
  readonly level: Level;
  /** Empty where there are no words for what happened: then it is in logs as JSON alone. */
  readonly text: string;
  /** What happened, where it is more than words. */
  readonly event?: string;
  readonly fields?: Readonly<Record<string, string | number | boolean>>;
}

/** Where lines of the log go. Writing never fails: a log that cannot be written does not end the service. */
export interface LogTarget {
  write(entry: LogEntry): void;
  close(): void;
}

/** Control characters, and what moves or reorders text on a terminal. */
const UNSAFE = /[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Texts in which nothing has to be replaced, as nearly all. */
const PLAIN = /^[\x20-\x5a\x5c-\x7e]*$/;

/** What a line begins with. Tools look for it anywhere in a line (fail2ban bans whom it names). */
const HEAD = /(?<=\) )\[(?=(?:DEBUG|INFO|NOTICE|WARNING|ERROR)\])/g;

/**
 * `(user@host) [LEVEL] text`: one line, whatever names are in it, without its line break. A name that holds what looks like the
 * beginning of a line is shown with another bracket.
 * @param before What stands before it, and `behind` after it, as they are.
 */
export function entryText({ user, host, level, text }: LogEntry, before = '', behind = ''): Buffer {
  return encodeText(`${before}(${shown(user)}@${shown(host)}) [${level}] ${shown(text)}${behind}`);
}

function shown(text: string): string {
  return PLAIN.test(text) ? text : text.replace(UNSAFE, '_').replace(HEAD, '(');
}
