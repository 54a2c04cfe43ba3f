import { expect, test } from 'vitest';

import { remembered } from './remembered.ts';

test('the same question is asked once in a while, another one at once', async () => {
  const asked: string[] = [];
  let now = 0;
  const ask = remembered(
    async (question: string) => {
      asked.push(question);
      return `${question} at ${now}`;
    },
    100,
    (question) => question,
    () => now,
  );
  expect(await Promise.all([ask('a'), ask('a'), ask('b')])).toEqual(['a at 0', 'a at 0', 'b at 0']);
  now = 99;
  expect(await ask('a')).toBe('a at 0');
  now = 100;
  expect(await ask('a')).toBe('a at 100');
  expect(asked).toEqual(['a', 'b', 'a']);
});

test('a failure is told to who asks now, and not kept', async () => {
  let fails = true;
  const ask = remembered(
    async () => {
      if (fails) throw new Error('no answer');
      return 'answer';
    },
    100,
    () => '',
  );
  await expect(Promise.all([ask(undefined), ask(undefined)])).rejects.toThrow('no answer');
  fails = false;
  expect(await ask(undefined)).toBe('answer');
});

test('questions without end do not fill the memory', async () => {
  let asked = 0;
  const ask = remembered(
    async (question: number) => {
      asked += 1;
      return question;
    },
    1_000_000,
    String,
  );
  for (let question = 0; question < 1001; question += 1) expect(await ask(question)).toBe(question);
  await ask(0);
  expect(asked).toBe(1002);
});
