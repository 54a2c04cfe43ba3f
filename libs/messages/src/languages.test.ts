// Every language, sentence by sentence [languages §7].
import { Charsets } from '@pure-ftpd/server';
import { describe, expect, test } from 'vitest';

import { PureFtpdLanguages, WORDS } from './languages.ts';
import { english } from './languages/english.ts';
import { Sentences } from './sentences.ts';
import { COUNTED, type Plural } from './words.ts';

/** What a reply must not have in it: controls, C1, line and paragraph separators, and what turns the direction of text. */
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

const COUNTS = [0, 1, 2, 3, 4, 5, 11, 12, 14, 21, 22, 25, 100, 101, 102, 105, 1_000_000, 2 ** 53, `${2n ** 64n + 1n}`];

/** Names, and words of the protocol, that are the same in all languages. */
const SAME = new Set(['fileUnavailable', 'nameRefused']);

type Entry = string | Plural;

/** All sentences and reasons of a language, by key. */
function entriesOf(tag: string): Map<string, Entry> {
  const { reasons, ...sentences } = WORDS.get(tag) ?? english;
  const named = Object.entries(reasons).map(([name, text]) => [`reasons.${name}`, text] as const);
  return new Map<string, Entry>([...Object.entries(sentences), ...named]);
}

function textsOf(entry: Entry): string[] {
  return typeof entry === 'string' ? [entry] : Object.values(entry);
}

function namesIn(text: string): string[] {
  return Array.from(text.matchAll(/\{(\w+)\}/g), ([, name]) => name ?? '').toSorted();
}

/** The full stop or colon at the end of a text. */
function ending(text: string): string {
  return text.at(-1)?.replace('。', '.').replace('：', ':').replace(/[^.:]/, '') ?? '';
}

const tags = [...WORDS.keys()];
const reference = entriesOf('en');

describe.each(tags)('%s', (tag) => {
  const entries = entriesOf(tag);
  const texts = [...entries].flatMap(([key, entry]) => textsOf(entry).map((text) => [key, text] as const));

  test('has the values of the English sentences, each once', () => {
    const expected = texts.map(([key]) => [key, namesIn(textsOf(reference.get(key) ?? '').at(-1) ?? '')]);
    expect(texts.map(([key, text]) => [key, namesIn(text)])).toEqual(expected);
  });

  test('has no character that a reply must not have, and is in NFC', () => {
    expect(texts.filter(([, text]) => FORBIDDEN.test(text) || text !== text.normalize('NFC'))).toEqual([]);
  });

  test('has no blank at an end, no two blanks, no brace too many, and no digit in front', () => {
    expect(
      texts.filter(([, text]) => text !== text.trim() || /^\d| {2}|[{}]/.test(text.replace(/\{\w+\}/g, 'x'))),
    ).toEqual([]);
  });

  test('has a full stop or a colon at the end where English has one', () => {
    const others = texts.filter(([key, text]) => ending(text) !== ending(textsOf(reference.get(key) ?? '')[0] ?? ''));
    expect(others).toEqual([]);
  });

  test('begins reasons alike: what a path or a colon is followed by is a sentence of its own', () => {
    const reasons = texts.filter(([key]) => key.startsWith('reasons.'));
    expect(reasons.filter(([, text]) => text[0] !== text[0]?.toUpperCase())).toEqual([]);
  });

  test('has short lines', () => {
    expect(texts.filter(([, text]) => Buffer.byteLength(text) > 300)).toEqual([]);
  });

  test('has the forms of its own plurals', () => {
    const { pluralCategories } = new Intl.PluralRules(tag).resolvedOptions();
    const plurals = [...entries.values()].filter((entry) => typeof entry !== 'string');
    expect(plurals).toHaveLength(Object.keys(COUNTED).length);
    for (const forms of plurals) expect(Object.keys(forms).toSorted()).toEqual(pluralCategories.toSorted());
  });

  test('says every number as it is', () => {
    const sentences = new Sentences(tag, WORDS.get(tag) ?? english);
    for (const amount of COUNTS) {
      expect(sentences.say('greetingIdleMinutes', { amount })).toContain(`${amount}`);
      expect(sentences.say('quotaFiles', { used: amount, limit: 'LIMIT', percent: 'PERCENT' })).toContain(`${amount}`);
    }
  });

  test('names the program at the end of HELP, where clients look for it', () => {
    expect(WORDS.get(tag)).toMatchObject({
      helpEnd: expect.stringContaining('Pure-FTPd'),
      siteHelpEnd: expect.stringContaining('Pure-FTPd'),
    });
  });
});

test.each(tags.filter((tag) => tag !== 'en'))('%s is not English', (tag) => {
  const same = [...entriesOf(tag)].filter(([key, entry]) => {
    const there = reference.get(key);
    const isText = /[A-Za-z]{2}/.test(
      textsOf(entry)
        .join(' ')
        .replaceAll(/\{\w+\}|KiB|MiB/g, ''),
    );
    return isText && !SAME.has(key) && JSON.stringify(entry) === JSON.stringify(there);
  });
  expect(same).toEqual([]);
});

/** The share of the letters of a script among all but what is never translated. */
function share(tag: string, script: RegExp): number {
  const text = [...entriesOf(tag).values()]
    .flatMap(textsOf)
    .join(' ')
    .replaceAll(/\{\w+\}|[A-Z]{3,}|KiB|MiB/g, '');
  const letters = text.match(/\p{L}/gu) ?? [];
  return letters.filter((letter) => script.test(letter)).length / letters.length;
}

test.each([
  ['ru', /\p{Script=Cyrillic}/u],
  ['ko', /\p{Script=Hangul}/u],
  ['zh-CN', /\p{Script=Han}/u],
  ['zh-TW', /\p{Script=Han}/u],
] as const)('%s is written in its own script', (tag, script) => {
  expect(share(tag, script)).toBeGreaterThan(0.7);
});

test.each([
  ['zh-CN', /[檔務連線錄請傳輸錯誤數據開關]/u],
  ['zh-TW', /[务连线录请传输错误数据开关档]/u],
  ['pt-BR', /\b(?:ficheiro|directório|utilizador|palavra-passe|ligação|está a)\b/iu],
  ['nb', /\b(?:af|efter|brugeren|bruger|adgangskode|længere|forbindelsen)\b/iu],
] as const)('%s has no words of its neighbour', (tag, foreign) => {
  const texts = [...entriesOf(tag).values()].flatMap(textsOf);
  expect(texts.filter((text) => foreign.test(text))).toEqual([]);
});

test('large numbers take the form of their last digits', () => {
  const russian = new Sentences('ru', {
    ...english,
    listed: { one: '{entries} one', few: '{entries} few', other: '?' },
  });
  expect(russian.say('listed', { entries: `${10n ** 30n + 1n}` })).toMatch(/one$/);
  expect(russian.say('listed', { entries: `${10n ** 30n + 2n}` })).toMatch(/few$/);
});

test('a client finds its language by any of its names', () => {
  const languages = new PureFtpdLanguages();
  const found = ['DE', 'de-AT', 'pt', 'no', 'nn', 'zh', 'zh-Hant', 'zh-HK', 'tlh'].map((tag) => languages.find(tag));
  expect(found).toEqual(['de', 'de', 'pt-BR', 'nb', 'nb', 'zh-CN', 'zh-TW', 'zh-TW', undefined]);
});

test.each([
  ['ca', 'ISO-8859-1'],
  ['cs', 'ISO-8859-2'],
  ['da', 'ISO-8859-1'],
  ['de', 'ISO-8859-1'],
  ['es', 'ISO-8859-1'],
  ['fr', 'ISO-8859-1'],
  ['hu', 'ISO-8859-2'],
  ['it', 'ISO-8859-1'],
  ['ko', 'EUC-KR'],
  ['nb', 'ISO-8859-1'],
  ['nl', 'ISO-8859-1'],
  ['pl', 'ISO-8859-2'],
  ['pt-BR', 'ISO-8859-1'],
  ['ro', 'ISO-8859-16'],
  ['ru', 'KOI8-R'],
  ['ru', 'CP1251'],
  ['sk', 'ISO-8859-2'],
  ['sv', 'ISO-8859-1'],
  ['tr', 'ISO-8859-9'],
  ['zh-CN', 'GBK'],
  ['zh-TW', 'BIG5'],
])('%s can be said in %s, the charset of old clients [charsets §3.7]', (tag, charset) => {
  const wire = new Charsets({ client: charset }).wire('client');
  if (wire === undefined) throw new Error('there is no such charset');
  expect(new PureFtpdLanguages().sayable(tag, wire)).toBe(tag);
  expect(new PureFtpdLanguages().sayable(tag === 'ko' ? 'zh-CN' : 'ko', wire)).toBe('en');
});
