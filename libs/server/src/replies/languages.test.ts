import { expect, test } from 'vitest';

import { defaultCatalogue } from './default-catalogue.ts';
import { Languages } from './languages.ts';

const aliases = new Map([
  ['zh', 'zh-CN'],
  ['zh-hk', 'zh-TW'],
]);

test.each([
  ['DE', 'de'],
  ['de-AT', 'de'],
  ['pt', 'pt-BR'],
  ['pt-PT', 'pt-BR'],
  ['zh', 'zh-CN'],
  ['zh-Hans-SG', 'zh-CN'],
  ['zh-HK', 'zh-TW'],
  ['fr', undefined],
  ['d', undefined],
])('%s means %s', (asked, meant) => {
  const languages = new Languages('en', ['en', 'de', 'pt-BR', 'zh-CN', 'zh-TW'], () => defaultCatalogue, aliases);
  expect(languages.find(asked)).toBe(meant);
});

test('a catalogue is made once, when it is needed, and none for a language that nobody offers', () => {
  const made: string[] = [];
  const make = (tag: string) => {
    made.push(tag);
    return { ...defaultCatalogue };
  };
  const languages = new Languages('en', ['en', 'de'], make);
  expect(languages.catalogueOf('de')).toBe(languages.catalogueOf('de'));
  expect(languages.catalogueOf('tlh')).toBe(languages.catalogueOf('en'));
  expect(made).toEqual(['de', 'en']);
});
