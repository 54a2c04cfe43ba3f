import type { english } from './languages/english.ts';

type English = typeof english;

/** The forms of a sentence by a number in it, after `Intl.PluralRules`; a language has those of its own rules. */
export interface Plural {
  readonly zero?: string;
  readonly one?: string;
  readonly two?: string;
  readonly few?: string;
  readonly many?: string;
  readonly other: string;
}

/**
 * All sentences of the daemon in one language. What programs read (codes, 227, 229, 213, FEAT lines, MLST) is no part of
 * it: see `catalogue.ts`. A sentence is one line, without a line end, with the same names in braces as the English one.
 */
export type Words = {
  readonly [Key in SentenceKey]: English[Key] extends string ? string : Plural;
} & { readonly reasons: Readonly<Record<keyof English['reasons'], string>> };

export type SentenceKey = Exclude<keyof English, 'reasons'>;

/** The names in braces of a text. */
type NamesIn<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;

/** What the sentence of a key is given: nothing, or a value for each of its names. */
export type ValuesOf<Key extends SentenceKey> = [Names<English[Key]>] extends [never]
  ? readonly []
  : readonly [values: Readonly<Record<Names<English[Key]>, Value>>];

type Names<Entry> = Entry extends { readonly other: infer Text } ? NamesIn<Text> : NamesIn<Entry>;

/** Numbers too large to be exact are written out. */
export type Value = string | number;

/** The value that a plural goes by. */
export const COUNTED = {
  greetingIdleMinutes: 'amount',
  greetingIdleSeconds: 'amount',
  idleTimeSet: 'seconds',
  listed: 'entries',
  listedTruncated: 'entries',
  quotaFiles: 'used',
} as const satisfies { readonly [Key in SentenceKey as English[Key] extends string ? never : Key]: string };
