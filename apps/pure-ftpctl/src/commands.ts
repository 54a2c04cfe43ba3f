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
  /** Options without a value. */
  readonly options: readonly (OptionSpec & { readonly long: string })[];
  /** @returns the exit status */
  readonly run: (given: Given) => Promise<number>;
}

const JSON_OPTION = { long: 'json', description: 'JSON for programs' };

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
];
