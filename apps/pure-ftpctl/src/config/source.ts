// Where settings come from: a file, the tree of Debian's packages, or the switches of a command line.
import { existsSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';

import {
  applySettings,
  type Configuration,
  defaults,
  readConfigFile,
  type Setting,
  settingsOf,
  settingsOfTree,
  StartError,
} from '@pure-ftpd/options';

import { CommandError } from '../exit-status.ts';

/** What one source says. */
export interface Source {
  /** Of its file or folder; of switches, that they are such. */
  readonly name: string;
  readonly settings: readonly Setting[];
  /** What cannot be understood, a line each. */
  readonly problems: readonly string[];
}

/** @param place A file or a folder; undefined for switches. */
export function readSource(place: string | undefined, switches: readonly string[] = []): Source {
  if (place === undefined) return { name: 'command line', settings: settingsOfSwitches(switches), problems: [] };
  if (!existsSync(place))
    throw new CommandError(`${place} is not there: name a configuration file, or a folder of Debian's`);
  const { settings, problems } = statSync(place).isDirectory() ? readTree(place) : readConfigFile(place);
  const wrong = [...problems, ...applySettings(defaults(), settings)];
  return { name: place, settings, problems: wrong.map(({ message }) => message) };
}

/** @param place `/etc/pure-ftpd`, or `conf` in it. */
function readTree(place: string): ReturnType<typeof readConfigFile> {
  try {
    return { settings: settingsOfTree(basename(place) === 'conf' ? dirname(place) : place), problems: [] };
  } catch (error) {
    if (error instanceof StartError) return { settings: [], problems: [error] };
    throw error;
  }
}

function settingsOfSwitches(switches: readonly string[]): Setting[] {
  try {
    return settingsOf(switches);
  } catch (error) {
    if (error instanceof StartError) throw new CommandError(error.message);
    throw error;
  }
}

/** The configuration that settings make together. */
export function configurationOf(settings: readonly Setting[]): Configuration {
  const draft = defaults();
  applySettings(draft, settings);
  return draft;
}
