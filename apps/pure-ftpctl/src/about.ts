import type { HelpPage, OptionSpec } from '@pure-ftpd/cli';

import manifest from '../package.json' with { type: 'json' };
import { type Subcommand, SUBCOMMANDS } from './commands.ts';

/** The options of all subcommands, each once. */
function allOptions(): OptionSpec[] {
  const byName = new Map(SUBCOMMANDS.flatMap(({ options }) => options.map((option) => [option.long, option] as const)));
  return [...byName.values()];
}

/** What the program says of itself, for its help and the manual. */
export const PAGE: HelpPage & { readonly subcommands: readonly Subcommand[] } = {
  subcommands: SUBCOMMANDS,
  program: 'pure-ftpctl',
  version: manifest.version,
  usage: [
    ...SUBCOMMANDS.map(({ name, operands }) => [name, ...operands.map((operand) => operand.toUpperCase())].join(' ')),
    'completion',
  ],
  purpose:
    'Helps the administrator of the server: finds what is wrong, says what a configuration means, shows who is connected, manages users, and takes over from other servers. The programs of Pure-FTPd are for scripts, this one is for people.',
  options: allOptions(),
  epilogue: [
    'Exit status: 0 when all is well, 1 when something was found, 2 when the command line makes no sense, 3 when what was asked for cannot be done.',
  ],
};
