import type { Configuration, Setting } from '@pure-ftpd/options';

/** What a check has found. */
export interface Finding {
  /** `problem`: it has to be mended; `warning`: it may be meant so; `ok`: what was looked at is well. */
  readonly status: 'ok' | 'warning' | 'problem';
  /** One line: what is there, by name. */
  readonly text: string;
  /** What to do about it; nothing where it is well. */
  readonly remedy?: string;
}

/** What is looked at. */
export interface Subject {
  readonly configuration: Configuration;
  readonly settings: readonly Setting[];
  /** Of the configuration file. */
  readonly file: string;
  /** What cannot be understood of it, a line each. */
  readonly problems: readonly string[];
}

/** One thing to look at. */
export interface Check {
  readonly name: string;
  /** Yields nothing where there is nothing to look at. */
  find(subject: Subject): Promise<Finding[]> | Finding[];
}

export function well(text: string): Finding {
  return { status: 'ok', text };
}

export function warning(text: string, remedy: string): Finding {
  return { status: 'warning', text, remedy };
}

export function problem(text: string, remedy: string): Finding {
  return { status: 'problem', text, remedy };
}
