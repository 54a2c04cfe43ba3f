import { OptionError, parseOptions } from '@pure-ftpd/cli';

import { StartError } from '../errors.ts';
import { type Configuration, defaults } from './configuration.ts';
import { options } from './table.ts';

/**
 * Reads a command line. Options take effect in the order given.
 * @param words What follows the program's name.
 * @throws StartError, HelpRequest, VersionRequest.
 */
export function parseCommandLine(words: readonly string[]): Configuration {
  const [first] = words;
  if (words.length === 1 && first !== undefined && !first.startsWith('-'))
    throw new StartError(`configuration files are not supported yet: ${first}`);
  const draft = defaults();
  for (const { spec, value } of read(words)) spec.apply(draft, value);
  if (draft.tls.mode === 0 && draft.tls.implicit.length > 0)
    throw new StartError('--implicit-tls needs TLS, and -Y 0 says that there is none');
  // As a C server that has PAM built in [server-behaviour §3].
  if (draft.logins.length === 0 && draft.anonymous !== 'only') draft.logins = [{ name: 'pam' }];
  return draft;
}

function read(words: readonly string[]): ReturnType<typeof parseOptions<(typeof options)[number]>>['options'] {
  try {
    const { options: given, operands } = parseOptions(options, words, {
      posix: process.env['POSIXLY_CORRECT'] !== undefined,
    });
    const [left] = operands;
    // What is asked for before a word that is left over is answered first: --help, --version.
    if (left !== undefined && !given.some(({ spec }) => spec.long === 'help' || spec.long === 'version'))
      throw new StartError(`unexpected argument: ${left}`);
    return given;
  } catch (error) {
    if (error instanceof OptionError) throw new StartError(error.message, undefined, { cause: error });
    throw error;
  }
}
