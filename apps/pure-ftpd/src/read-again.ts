// Where the configuration of a running server comes from, each time it is read.
import {
  type Configuration,
  HelpRequest,
  CheckRequest,
  MessagesRequest,
  parseCommandLine,
  readConfigFile,
  type Setting,
  settingsOf,
  StartError,
  VersionRequest,
} from '@pure-ftpd/options';

import { checkConfigFile } from './check-config.ts';
import type { ConfigurationSource, ReadConfiguration } from './process/configuration-source.ts';

/** What asks for something else than a start. */
const REQUESTS = [HelpRequest, VersionRequest, CheckRequest, MessagesRequest];

/**
 * The source of the configuration that a server was started with.
 * @param first What its words have come to.
 * @param programName By what name it was called.
 * @param folder Where it was started: names of files are seen from there.
 */
export function configurationSource(
  words: readonly string[],
  first: Configuration,
  programName: string | undefined,
  folder: string,
): ConfigurationSource {
  let held = words;
  return {
    first: { configuration: first, settings: seenFrom(folder, () => byName(settingsIn(words))) },
    read: (others) => read(others ?? held, programName, folder),
    hold(others) {
      held = others ?? held;
    },
  };
}

async function read(
  words: readonly string[],
  programName: string | undefined,
  folder: string,
): Promise<ReadConfiguration | { readonly problems: readonly string[] }> {
  try {
    const file = fileIn(words);
    if (file !== undefined) {
      // The names in it are looked at before anything is waited for.
      const { problems } = await seenFrom(folder, () => checkConfigFile(file, false));
      if (problems.length > 0) return { problems };
    }
    return seenFrom(folder, () => ({
      configuration: parseCommandLine(words, programName),
      settings: byName(settingsIn(words)),
    }));
  } catch (error) {
    if (error instanceof StartError) return { problems: [error.message] };
    if (REQUESTS.some((request) => error instanceof request))
      return { problems: ['a command line that asks for something else than to serve'] };
    throw error;
  }
}

/** Does something in the folder of the start, where this process may still go there: a server in the background has left it. */
function seenFrom<Result>(folder: string, work: () => Result): Result {
  const now = process.cwd();
  if (now === folder) return work();
  try {
    process.chdir(folder);
  } catch {
    // It is gone, or closed to who this process is now: names in full need no folder.
    return work();
  }
  try {
    return work();
  } finally {
    process.chdir(now);
  }
}

/** The configuration file that is all of a command line. */
function fileIn([first, ...more]: readonly string[]): string | undefined {
  return first !== undefined && more.length === 0 && !first.startsWith('-') ? first : undefined;
}

function settingsIn(words: readonly string[]): readonly Setting[] {
  const file = fileIn(words);
  return file === undefined ? settingsOf(words) : readConfigFile(file).settings;
}

function byName(settings: readonly Setting[]): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const { option, value } of settings) names.set(option.long, [...(names.get(option.long) ?? []), value]);
  return names;
}
