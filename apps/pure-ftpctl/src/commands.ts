// The table of subcommands: the command line, its help, the manual and the completions are made of it.
import type { OptionSpec } from '@pure-ftpd/cli';

import type { Given } from './given.ts';

/** A subcommand. It is loaded when it is the one: start-up time is felt. */
export interface Subcommand {
  /** One word, or two: `config explain`. */
  readonly name: string;
  /** Names of words that follow, in the form of yargs: `[file]`. */
  readonly operands: readonly string[];
  readonly description: string;
  readonly options: readonly (OptionSpec & { readonly long: string })[];
  /** @returns the exit status */
  readonly run: (given: Given) => Promise<number>;
}

const JSON_OPTION = { long: 'json', description: 'JSON for programs' };

/** Which sessions are meant. */
const SESSION_OPTIONS: Subcommand['options'] = [
  {
    long: 'from',
    argument: 'file',
    values: 'file',
    description:
      'the sessions of this report, which pure-ftpwho -x has printed on another host (-: standard input); may be repeated',
  },
  { long: 'scoreboard', description: 'the sessions on the scoreboard of this machine, also beside reports' },
  { long: 'numeric', short: 'n', description: 'show addresses, not names of hosts' },
];

/** Every subcommand there is. */
export const SUBCOMMANDS: readonly Subcommand[] = [
  {
    name: 'doctor',
    operands: ['[file]'],
    description: 'find what is wrong with a configuration and the machine, and how to mend it',
    options: [{ long: 'all', description: 'say also what is well' }, JSON_OPTION],
    run: async (given) => (await import('./commands/doctor.ts')).doctor(given),
  },
  {
    name: 'config explain',
    operands: ['[source]'],
    description: 'say what a configuration means, and where each setting comes from',
    options: [JSON_OPTION],
    run: async (given) => (await import('./commands/config-explain.ts')).configExplain(given),
  },
  {
    name: 'config diff',
    operands: ['<source>', '[other]'],
    description: 'compare a configuration with what is without one, or with another',
    options: [JSON_OPTION],
    run: async (given) => (await import('./commands/config-diff.ts')).configDiff(given),
  },
  {
    name: 'sessions',
    operands: [],
    description: 'show who is connected and what is transferred, here or on other hosts',
    options: [...SESSION_OPTIONS, { long: 'page', description: 'a page of HTML' }, JSON_OPTION],
    run: async (given) => (await import('./commands/sessions.ts')).sessions(given),
  },
  {
    name: 'top',
    operands: [],
    description: 'show the table of sessions again and again, until q is pressed',
    options: SESSION_OPTIONS,
    run: async (given) => (await import('./commands/top.ts')).top(given),
  },
];
