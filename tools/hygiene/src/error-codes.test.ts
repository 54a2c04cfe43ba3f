import { expect, test } from 'vitest';
import { codesOf, errorCodeProblems } from './error-codes.ts';

const SOURCES = [
  "export class AError extends Error {\n  readonly code = 'ONLY_ONE';\n}",
  "/** Why. */\nexport type BErrorCode =\n  /** Not there, it's gone. */\n  | 'MISSING'\n  | 'BUSY';",
  "  readonly code: 'UNKNOWN' | 'LACKING';\n  readonly name: 'NO_CODE';",
];

test('codes of classes and of their types are found', () => {
  expect(SOURCES.flatMap(codesOf)).toEqual(['ONLY_ONE', 'MISSING', 'BUSY', 'UNKNOWN', 'LACKING']);
});

test('a page with all of them, and no other, is right', () => {
  const page = ['ONLY_ONE', 'MISSING', 'BUSY', 'UNKNOWN', 'LACKING'].map((code) => `| \`${code}\` | x |`).join('\n');
  expect(errorCodeProblems(page, SOURCES)).toEqual([]);
});

test('what lacks, and what is too much, is told', () => {
  expect(errorCodeProblems('| `MISSING` | x |\n| `GONE` | x |', SOURCES.slice(1, 2))).toEqual([
    'docs/errors.md: BUSY is missing',
    'docs/errors.md: nothing has the code GONE',
  ]);
});
