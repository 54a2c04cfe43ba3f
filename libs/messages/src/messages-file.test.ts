import { expect, test } from 'vitest';

import { PureFtpdLanguages, WORDS } from './languages.ts';
import { english } from './languages/english.ts';
import { BadMessages, lackingIn, listMessages, parseMessages } from './messages-file.ts';

function parse(text: string): ReturnType<typeof parseMessages> {
  return parseMessages(Buffer.from(text));
}

test('comments and blank lines are left out; the rest are keys with their text', () => {
  expect(parse('# ours\n\nlanguage = de\n  noop =  Da. \nreasons.ENOENT = weg\r\nlisted.one = {entries}!\n')).toEqual({
    tag: 'de',
    texts: { noop: 'Da.', 'reasons.ENOENT': 'weg', 'listed.one': '{entries}!' },
  });
});

test.each([
  ['nonsense', 'line 1: key = text is expected'],
  ['\nnope = x', 'line 2: nope is no key'],
  ['noop.one = x', 'line 1: noop.one is no key'],
  ['listed.none = {entries}', 'line 1: listed.none is no key'],
  ['listed = {entries}', 'line 1: listed needs the form of a number'],
  ['reasons.NOPE = x', 'line 1: reasons.NOPE is no key'],
  ['constructor = x', 'line 1: constructor is no key'],
  ['noop = {x}', 'line 1: noop has no values in braces'],
  ['noop = x}', 'line 1: noop has no values in braces'],
  ['noop = x{', 'line 1: noop has no values in braces'],
  ['hostUnknown = no', 'line 1: hostUnknown needs each of {host} once'],
  ['hostUnknown = {host} {host}', 'line 1: hostUnknown needs each of {host} once'],
  ['hostUnknown = {host} {port}', 'line 1: hostUnknown needs each of {host} once'],
  ['noop = a\u0007b', 'line 1: noop has a control character'],
  ['noop = a\u0085b', 'line 1: noop has a control character'],
  ['noop =', 'line 1: noop has no text'],
  ['noop = a\nnoop = b', 'line 2: noop is there twice'],
  ['language = de_DE!', 'line 1: language is no language tag'],
])('%j is refused', (text, words) => {
  expect(() => parse(text)).toThrow(BadMessages);
  expect(() => parse(text)).toThrow(words);
});

test('what is no UTF-8 is refused', () => {
  expect(() => parseMessages(Buffer.from('noop = caf\xe9', 'latin1'))).toThrow('not UTF-8');
});

test('what is listed can be read again, in every language', () => {
  for (const [tag, words] of WORDS) {
    const read = parse(listMessages(tag, words));
    expect([read.tag, lackingIn(read)]).toEqual([tag, 0]);
  }
});

test('sentences of a file are said instead, the others as before', () => {
  const languages = new PureFtpdLanguages('de', undefined, [
    parse('language = de\nnoop = Moin.\nlisted.one = {entries}!'),
  ]);
  const german = languages.sentencesOf('de');
  expect([german.say('noop'), german.say('listed', { entries: 1 }), german.say('listed', { entries: 2 })]).toEqual([
    'Moin.',
    '1!',
    '2 Einträge.',
  ]);
  expect(new PureFtpdLanguages('de').sentencesOf('de').say('noop')).toBe('Zur Stelle.');
});

test('a language that is not built in is offered; what it lacks is English', () => {
  const messages = parse('language = tlh\nnoop = naDev.');
  const languages = new PureFtpdLanguages('en', undefined, [messages]);
  expect(languages.find('TLH')).toBe('tlh');
  expect(languages.offered).toContain('tlh');
  expect(languages.sentencesOf('tlh').say('noop')).toBe('naDev.');
  expect(languages.sentencesOf('tlh').say('farewell')).toBe(english.farewell);
  expect(lackingIn(messages)).toBeGreaterThan(200);
});
