import { OptionError, parseOptions } from '@pure-ftpd/cli';

import { StartError } from './errors.ts';
import { applySettings, readConfigFile, type Setting } from './config-file.ts';
import { type Configuration, defaults } from './configuration.ts';
import { applyProgramName } from './rows/links.ts';
import { applyCheck } from './rows/requests.ts';
import { type Draft, options } from './table.ts';

/**
 * Reads a command line: options, which take effect in the order given, or one configuration file and nothing else.
 * @param words What follows the program's name.
 * @param programName By what name it was called, where that is known.
 * @throws StartError, HelpRequest, VersionRequest, CheckRequest, MessagesRequest.
 */
export function parseCommandLine(words: readonly string[], programName?: string): Configuration {
  const [first] = words;
  const draft = defaults();
  if (words.length === 1 && first !== undefined && !first.startsWith('-')) applyFile(draft, first);
  else for (const { spec, value } of read(words)) spec.apply(draft, value);
  applyCheck(draft);
  applyProgramName(draft, programName);
  return complete(draft);
}

/** @throws StartError for the first thing that is wrong with the file. */
function applyFile(draft: Draft, file: string): void {
  const { settings, problems } = readConfigFile(file);
  const [first] = [...problems, ...applySettings(draft, settings)];
  if (first !== undefined) throw first;
}

/** What follows from all options together. @throws StartError where they contradict each other. */
export function complete(draft: Draft): Configuration {
  if (draft.tls.mode === 0 && draft.tls.implicit.length > 0)
    throw new StartError('--implicit-tls needs TLS, and -Y 0 says that there is none');
  // As a C server that has PAM built in [server-behaviour §3].
  if (draft.logins.length === 0 && draft.anonymous !== 'only') draft.logins = [{ name: 'pam', path: '' }];
  return draft;
}

/** What the words of a command line set, in their order. @throws StartError where they make no sense. */
export function settingsOf(words: readonly string[]): Setting[] {
  return read(words).map(({ spec, value }) => ({
    option: spec,
    value,
    where: spec.short === undefined ? `--${spec.long}` : `-${spec.short}`,
  }));
}

function read(words: readonly string[]): ReturnType<typeof parseOptions<(typeof options)[number]>>['options'] {
  try {
    const { options: given, operands } = parseOptions(options, words, {
      posix: process.env['POSIXLY_CORRECT'] !== undefined,
    });
    const [left] = operands;
    // What is asked for before a word that is left over is answered first: --help, --version.
    if (left !== undefined && !given.some(({ spec }) => spec.long === 'help' || spec.long === 'version'))
      throw new StartError(
        `unexpected argument: ${left} (a configuration file stands alone, without options: put them into it)`,
      );
    return given;
  } catch (error) {
    if (error instanceof OptionError) throw new StartError(error.message, undefined, { cause: error });
    throw error;
  }
}
