// Sentences of an administrator's own: `key = text`, in place of those that are built in, or in a language of their own.
import { english } from './languages/english.ts';
import type { Plural, Words } from './words.ts';

/** What a file has. Plain data, for other processes. */
export interface CustomMessages {
  /** The language, as BCP 47 writes it. */
  readonly tag: string;
  /** Texts by key: `noop`, `listed.one`, `reasons.ENOENT`. */
  readonly texts: Readonly<Record<string, string>>;
}

/** A line that cannot be used. The message has its number, its key, and what is wrong. */
export class BadMessages extends Error {
  override readonly name = 'BadMessages';
}

/** The key of the language; without it, the sentences are English. */
const LANGUAGE = 'language';

/** What a reply must not have in it: controls, C1, line and paragraph separators, and what turns the direction of text. */
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** All English texts by key, plurals by the form that others have. */
const REFERENCE = new Map(
  [...textsOf(english, ['other'])].map(([key, text]) => [key.replace(/\.other$/, ''), text] as const),
);

/**
 * Reads a file of sentences.
 * @throws BadMessages for the first line that cannot be used.
 */
export function parseMessages(bytes: Buffer): CustomMessages {
  let tag = 'en';
  const texts = new Map<string, string>();
  const lines = textOf(bytes).split(/\r?\n/);
  for (const [at, line] of lines.entries()) {
    if (/^\s*(?:#.*)?$/.test(line)) continue;
    const [, key, text] = /^\s*([\w.]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key === undefined || text === undefined) throw new BadMessages(`line ${at + 1}: key = text is expected`);
    const problem = texts.has(key) ? 'is there twice' : key === LANGUAGE ? wrongTag(text) : wrongText(key, text);
    if (problem !== undefined) throw new BadMessages(`line ${at + 1}: ${key} ${problem}`);
    if (key === LANGUAGE) tag = canonical(text);
    else texts.set(key, text);
  }
  return { tag, texts: Object.fromEntries(texts) };
}

/** The sentences of a language with those of a file in their place. */
export function customized(words: Words, { texts }: CustomMessages): Words {
  const changed: Record<string, unknown> = { ...words };
  const reasons: Record<string, string> = { ...words.reasons };
  for (const [path, text] of Object.entries(texts)) {
    const [key = '', part] = path.split('.');
    if (part === undefined) changed[key] = text;
    else if (key === 'reasons') reasons[part] = text;
    else changed[key] = { ...Object(changed[key]), [part]: text };
  }
  changed['reasons'] = reasons;
  if (!hasAll(changed)) throw new TypeError('a sentence has got lost');
  return changed;

  /** Keys that are not of {@link Words} are refused when they are read. */
  function hasAll(table: object): table is Words {
    return Object.keys(table).length === Object.keys(words).length;
  }
}

/** How many of the sentences a file leaves to English. */
export function lackingIn({ texts }: CustomMessages): number {
  const there = new Set(Object.keys(texts).map((path) => (path.startsWith('reasons.') ? path : path.split('.')[0])));
  return [...REFERENCE.keys()].filter((key) => !there.has(key)).length;
}

/** The sentences of a language as a file has them. */
export function listMessages(tag: string, words: Words): string {
  const lines = [...textsOf(words, formsOf(tag))].map(([key, text]) => `${key} = ${text}\n`);
  return `${LANGUAGE} = ${tag}\n${lines.join('')}`;
}

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new BadMessages('the file is not UTF-8');
  }
}

/** The texts of a language, by key. @param forms Those of its plurals. */
function* textsOf(words: Words, forms: readonly string[]): Generator<readonly [key: string, text: string]> {
  const { reasons, ...sentences } = words;
  for (const [key, entry] of Object.entries<string | Plural>(sentences)) {
    if (typeof entry === 'string') yield [key, entry];
    else
      for (const form of forms)
        yield [`${key}.${form}`, Object.entries(entry).find(([name]) => name === form)?.[1] ?? entry.other];
  }
  for (const [name, text] of Object.entries(reasons)) yield [`reasons.${name}`, text];
}

/** The forms of plurals in a language. */
function formsOf(tag: string): string[] {
  return new Intl.PluralRules([tag, 'en']).resolvedOptions().pluralCategories;
}

function canonical(tag: string): string {
  return Intl.getCanonicalLocales(tag)[0] ?? tag;
}

function wrongTag(text: string): string | undefined {
  try {
    return text.length > 35 || canonical(text) === '' ? 'is no language tag' : undefined;
  } catch {
    return 'is no language tag';
  }
}

function wrongText(key: string, text: string): string | undefined {
  const [name = '', form] = key.startsWith('reasons.') ? [key] : key.split('.');
  const reference = REFERENCE.get(name);
  const entry: unknown = Reflect.get(english, name);
  const isPlural = typeof entry === 'object';
  if (reference === undefined || (form !== undefined && (!isPlural || !ALL_FORMS.has(form)))) return 'is no key';
  if (form === undefined && isPlural) return `needs the form of a number, as ${key}.other`;
  if (text === '') return 'has no text';
  if (FORBIDDEN.test(text)) return 'has a control character';
  const [given, expected] = [namesIn(text), namesIn(reference)];
  if (given.length === expected.length && given.join() === expected.join()) return undefined;
  return expected.length === 0
    ? 'has no values in braces'
    : `needs each of {${expected.join('}, {')}} once, and no other`;
}

/** Forms that any language has. */
const ALL_FORMS: ReadonlySet<string> = new Set(['zero', 'one', 'two', 'few', 'many', 'other']);

function namesIn(text: string): string[] {
  return Array.from(text.matchAll(/\{([^{}]*)\}?|\}/g), ([, name]) => name ?? '').toSorted();
}
