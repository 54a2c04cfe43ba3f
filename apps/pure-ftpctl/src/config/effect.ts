import { isDeepStrictEqual } from 'node:util';

import type { Setting } from '@pure-ftpd/options';

import { configurationOf } from './source.ts';

/** Why a setting changes nothing. */
export type Idle = 'default' | 'overridden';

/**
 * What a setting does among others: nothing where the configuration is the same without it.
 * @returns undefined where it has an effect.
 */
export function idleness(setting: Setting, all: readonly Setting[]): Idle | undefined {
  const others = all.filter((other) => other !== setting);
  if (!isDeepStrictEqual(configurationOf(all), configurationOf(others))) return undefined;
  return isDeepStrictEqual(configurationOf([setting]), configurationOf([])) ? 'default' : 'overridden';
}

/** Those that have an effect. */
export function effective(settings: readonly Setting[]): Setting[] {
  return settings.filter((setting) => idleness(setting, settings) === undefined);
}
