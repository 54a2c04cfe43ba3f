// A whole session in every language, through Python's ftplib [languages §7].
import { describeWith } from '@pure-ftpd/peers/vitest';
import { soak } from '@pure-ftpd/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { programWords } from './program-words.ts';
import { sessionPage } from './session-page.ts';
import { offeredLanguages, type Step, TalkativeServer } from './whole-session.ts';

const LANGUAGES = 21;

describeWith(['python3'], 'a whole session', () => {
  let tags: readonly string[];
  let server: TalkativeServer;
  let english: readonly Step[];

  beforeAll(async () => {
    tags = await offeredLanguages();
    server = await TalkativeServer.start();
    english = await server.session('en');
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test('has the same codes, the same words for programs and the same data whatever language LANG chooses', async () => {
    expect(tags).toHaveLength(LANGUAGES);
    for (const tag of soak(['de', 'ko', 'pl', 'zh-TW'], tags)) {
      const steps = await server.session(tag);
      expect([tag, steps.slice(2).map(programWords)]).toEqual([tag, english.slice(2).map(programWords)]);
    }
  });

  test('has the same when the server begins in the language', async () => {
    for (const tag of soak(['ru'], tags)) {
      await using other = await TalkativeServer.start('--language', tag);
      const [greeting, ...steps] = await other.session();
      expect(greeting && programWords(greeting)).toEqual(english[0] && programWords(english[0]));
      expect([tag, steps.map(programWords)]).toEqual([tag, english.slice(2).map(programWords)]);
    }
  });

  test.each(['latin-1', 'ascii'] as const)(
    'is understood by a client that takes all replies for %s',
    async (encoding) => {
      for (const tag of soak(['ru'], ['ko', 'ru', 'tr'])) {
        const steps = await server.session(tag, encoding);
        expect([tag, steps.slice(2).map(programWords)]).toEqual([tag, english.slice(2).map(programWords)]);
      }
    },
  );

  test('is a page to read, with a column for each language', () => {
    const page = sessionPage([
      { tag: 'en', steps: english },
      { tag: 'de', steps: english },
    ]);
    expect(page).toContain('<th>de Deutsch</th>');
    expect(page.match(/<tr>/g)).toHaveLength(english.length + 1);
    expect(page).toContain('<td lang="de">257 &quot;/&quot; is where you are.</td>');
  });
});
