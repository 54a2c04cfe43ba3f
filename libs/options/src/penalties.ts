// Penalties for clients who misbehave, in the words of sshd_config(5): PerSourcePenalties.
import { BadValue } from './values.ts';

/** What clients are penalised for, and for how many seconds; 0 for not at all. */
export const PENALTIES = {
  /** A process that ended unasked, when all whom it served came from one network. */
  crash: 90,
  /** A wrong password. */
  authfail: 5,
  /** A user whom no backend knows. */
  invaliduser: 5,
  /** A connection that ends without a login having been tried. */
  noauth: 1,
  /** The same, after the idle time. */
  'grace-exceeded': 10,
  /** A connection beyond those that one address may have (`-C`). */
  flood: 5,
  /** Lines that are too long, HTTP, TLS that fails, before a login. */
  protocol: 10,
} as const;

export type PenaltyCause = keyof typeof PENALTIES;

/** What becomes of the next one when a table is full: who is banned for the shortest time is forgotten, or nobody is served. */
export type PenaltyOverflow = 'permissive' | 'deny-all';

/** Limits of the table of one family of addresses. */
export interface PenaltySources {
  readonly max: number;
  readonly overflow: PenaltyOverflow;
}

/** When clients are banned, and for how long. */
export interface PenaltySettings {
  /** Seconds, by what they are for. */
  readonly causes: Readonly<Record<PenaltyCause, number>>;
  /** Seconds that a ban lasts at most. */
  readonly max: number;
  /** Nobody is banned before so many seconds have added up. */
  readonly min: number;
  /** By family. */
  readonly sources: Readonly<Record<4 | 6, PenaltySources>>;
}

const DEFAULTS: PenaltySettings = {
  causes: PENALTIES,
  max: 600,
  min: 15,
  sources: { 4: { max: 65_536, overflow: 'permissive' }, 6: { max: 65_536, overflow: 'permissive' } },
};

/** More sources than memory should be spent on. */
const MOST_SOURCES = 1_000_000;

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Ten years: no penalty lasts longer. */
const LONGEST = 10 * 366 * 86_400;

/**
 * `yes`, `no`, or words with what they are set to, as `authfail:10s,max:1h`: what is not named is as it was before.
 * @throws BadValue
 */
export function penalties(text: string, before: PenaltySettings | undefined): PenaltySettings | undefined {
  if (text === 'no' || text === 'off') return undefined;
  const now = before ?? DEFAULTS;
  if (text === 'yes' || text === 'on') return now;
  let settings = now;
  for (const word of text.split(/[\s,]+/)) settings = changed(settings, word);
  return settings;
}

function changed(settings: PenaltySettings, word: string): PenaltySettings {
  const [name = '', value = '', more] = word.split(':');
  const { causes, sources } = settings;
  if (more !== undefined) throw unknown();
  if (isCause(name)) return { ...settings, causes: { ...causes, [name]: duration(value) } };
  switch (name) {
    case 'max':
    case 'min':
      return { ...settings, [name]: duration(value) };
    case 'max-sources4':
      return { ...settings, sources: { ...sources, 4: { ...sources[4], max: count(value) } } };
    case 'max-sources6':
      return { ...settings, sources: { ...sources, 6: { ...sources[6], max: count(value) } } };
    case 'overflow':
      return {
        ...settings,
        sources: { 4: { ...sources[4], overflow: overflow(value) }, 6: { ...sources[6], overflow: overflow(value) } },
      };
    case 'overflow6':
      return { ...settings, sources: { ...sources, 6: { ...sources[6], overflow: overflow(value) } } };
    default:
      throw unknown();
  }
}

function isCause(name: string): name is PenaltyCause {
  return Object.hasOwn(PENALTIES, name);
}

function unknown(): BadValue {
  const words = [...Object.keys(PENALTIES), 'min', 'max', 'max-sources4', 'max-sources6', 'overflow', 'overflow6'];
  return new BadValue(`yes, no, or WORD:VALUE,... with words of ${words.join(', ')} is`);
}

/** As sshd_config(5) writes it: `90`, `90s`, `1h30m`. */
function duration(text: string): number {
  if (!/^(?:\d{1,9}[smhdw]?)+$/i.test(text)) throw new BadValue('a time, as 90s or 1h30m, is');
  let seconds = 0;
  for (const [, number = '', unit = 's'] of text.toLowerCase().matchAll(/(\d+)([smhdw]?)/g))
    seconds += Number(number) * (UNITS[unit === '' ? 's' : unit] ?? 1);
  if (seconds > LONGEST) throw new BadValue('a time of at most ten years is');
  return seconds;
}

function count(text: string): number {
  const number = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > MOST_SOURCES) throw new BadValue(`a number from 1 to ${MOST_SOURCES} is`);
  return number;
}

function overflow(text: string): PenaltyOverflow {
  if (text !== 'permissive' && text !== 'deny-all') throw new BadValue('permissive or deny-all is');
  return text;
}
