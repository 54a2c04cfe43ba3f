// What a language says: its words with values put in.
import type { NamedText, Reason } from '@pure-ftpd/server';
import { filled } from '@pure-ftpd/server/internal';

import { COUNTED, type Plural, type SentenceKey, type Value, type ValuesOf, type Words } from './words.ts';

/** No language chooses a form by more digits than these. */
const LAST_DIGITS = 1_000_000;

/** Counts whose form is kept. */
const SMALL = 1000;

/** The sentences of one language. */
export class Sentences {
  /** The language, as BCP 47 writes it. */
  readonly tag: string;
  readonly #words: Words;
  readonly #rules: Intl.PluralRules;
  /** The forms of small counts, as they were asked for: the rules take a microsecond or two each time. */
  readonly #small: Intl.LDMLPluralRule[] = [];

  constructor(tag: string, words: Words) {
    this.tag = tag;
    this.#words = words;
    this.#rules = new Intl.PluralRules([tag, 'en']);
  }

  /** One sentence. @param given Values for the names in its braces. */
  say<Key extends SentenceKey>(key: Key, ...given: ValuesOf<Key>): string {
    return this.#said(key, given[0]);
  }

  /** Why something could not be done; what this language has no words for is said as it is. */
  reason({ name, text, values }: Reason): string {
    const { reasons } = this.#words;
    const words = name !== undefined && isKeyOf(reasons, name) ? reasons[name] : text;
    return values === undefined ? words : filled(words, values);
  }

  /** A line that was added to a reply. */
  note({ name, text, values }: NamedText): string {
    return name !== undefined && isSentence(this.#words, name) ? this.#said(name, values) : text;
  }

  #said(key: SentenceKey, values: NamedText['values']): string {
    const entry: string | Plural = this.#words[key];
    const text = typeof entry === 'string' ? entry : this.#form(key, entry, values);
    return values === undefined ? text : filled(text, values);
  }

  #form(key: SentenceKey, forms: Plural, values: NamedText['values']): string {
    const count = isKeyOf(COUNTED, key) ? values?.[COUNTED[key]] : undefined;
    return forms[this.#category(countOf(count))] ?? forms.other;
  }

  #category(count: number): Intl.LDMLPluralRule {
    if (count < 0 || count >= SMALL || !Number.isInteger(count)) return this.#rules.select(count);
    return (this.#small[count] ??= this.#rules.select(count));
  }
}

/** A number of the same form as the value, which may be too large to be one. */
function countOf(value: Value = 0): number {
  const count = Number(value);
  if (Number.isSafeInteger(count) || typeof value === 'number') return count;
  return Number(value.slice(-6)) + LAST_DIGITS;
}

function isSentence(words: Words, name: string): name is SentenceKey {
  return name !== 'reasons' && isKeyOf(words, name);
}

function isKeyOf<Table extends object>(table: Table, name: string): name is keyof Table & string {
  return Object.hasOwn(table, name);
}
