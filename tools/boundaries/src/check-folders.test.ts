import { expect, test } from 'vitest';
import { checkFolders } from './check-folders.ts';

const PATH = 'libs/a/README.md';
const TEXT = `# a

| folder    | what     |
| --------- | -------- |
| \`one/\`    | first    |
| \`main.ts\` | the rest |

| other  | what |
| ------ | ---- |
| \`two/\` | no   |
`;

test('a table that has every folder is right; files may be left out, and what only tests use', () => {
  expect(checkFolders({ path: PATH, text: TEXT }, ['one/', 'main.ts', 'more.ts', 'testing/'])).toEqual([]);
  expect(checkFolders({ path: PATH, text: '# a\n' }, ['one/'])).toEqual([]);
});

test('a folder that has no row is named, and a row whose folder or file is gone', () => {
  expect(checkFolders({ path: PATH, text: TEXT }, ['one/', 'two/'])).toEqual([
    'libs/a/README.md: there is no src/main.ts',
    'libs/a/README.md: no row for src/two/',
  ]);
});
