import { expect, test } from 'vitest';
import { isRoot } from './debian.ts';
import { describeUnless, describeWith, missingNeeds } from './vitest.ts';

describeUnless(undefined, 'a suite without a reason against it', () => {
  test('runs', ({ task }) => expect(task.suite?.name).toBe('a suite without a reason against it'));
});

describeWith([], 'a suite without needs', () => {
  test('runs', ({ task }) => expect(task.suite?.name).toBe('a suite without needs'));
});

test('root is a need like a peer', () => {
  expect(missingNeeds(['root'])).toBe(isRoot() ? undefined : 'it needs root');
});
