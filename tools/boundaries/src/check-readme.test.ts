import { expect, test } from 'vitest';
import { checkReadme } from './check-readme.ts';

const README = `
| Directory | What it is | May import |
| --------- | ---------- | ---------- |
| \`libs/a\`  | one        | \`b\`, \`c\`   |
| \`libs/b\`  | two        | nothing    |
| \`tools/t\` | three      | tools      |
`;

test('a layout that says the same is right, in any order', () => {
  const mayImport = { 'libs/a': ['libs/c', 'libs/b'], 'libs/b': [] };
  expect(checkReadme(README, ['libs/a', 'libs/b', 'tools/t'], mayImport)).toEqual([]);
});

test('a row that is missing or says something else is found', () => {
  expect(checkReadme(README, ['libs/a', 'libs/c'], { 'libs/a': ['libs/b'] })).toEqual([
    'README.md: libs/a may import b, says tools/boundaries/src/layout.ts',
    'README.md: the layout has no row for libs/c',
    'README.md: the layout has a row for libs/b, which is not there',
    'README.md: the layout has a row for tools/t, which is not there',
  ]);
});
