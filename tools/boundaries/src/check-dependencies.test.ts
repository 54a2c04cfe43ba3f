import { expect, test } from 'vitest';

import { checkDependencies } from './check-dependencies.ts';

const README = `
## Dependencies

| Package | In                    | What it does here |
| ------- | --------------------- | ----------------- |
| \`one\`   | \`libs/b\`, \`libs/a\`    | this              |
| \`two\`   | workspace             | that              |

## Other commands

| \`npm\` | no row | of them |
`;

test('a table that says the same is right, in any order; types need no row', () => {
  const declared = new Map([
    ['', ['two', '@types/node']],
    ['libs/a', ['one']],
    ['libs/b', ['one']],
  ]);
  expect(checkDependencies(README, declared)).toEqual([]);
});

test('a package without a row, one in another place, and a row for nothing are found', () => {
  const declared = new Map([
    ['libs/a', ['one', 'three']],
    ['libs/c', ['three']],
  ]);
  expect(checkDependencies(README, declared)).toEqual([
    'README.md: the table of dependencies has no row for one in libs/a',
    'README.md: the table of dependencies has no row for three in libs/a, libs/c',
    'README.md: nothing depends on two, which has a row',
  ]);
});
