import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { workspaceRoot } from '@pure-ftpd/workspace';
import { expect, test } from 'vitest';

const read = (file: string): string => readFileSync(join(workspaceRoot, file), 'utf8');

/** `| 3.2 | what holds | test |` */
const ROW = /^\| *(\d+)\.(\d+) *\| (.*?) *\| (.*?) *\|$/gm;
/** A file, and words of it that name the test. */
const TEST = /^`((?:apps|libs|test)\/[\w./-]+\.test\.ts)`: (.+)$/;

const rows = [...read('docs/security-history.md').matchAll(ROW)].map(
  ([, section = '', number = '', holds = '', proof = '']) => ({
    id: `${section}.${number}`,
    section,
    number,
    holds,
    proof,
  }),
);

test('the rows of a section are numbered, and none is missing', () => {
  expect(rows.length).toBeGreaterThan(280);
  for (const [index, { id, section, number }] of rows.entries()) {
    const before = rows[index - 1];
    const expected = before?.section === section ? Number(before.number) + 1 : 1;
    expect([id, Number(number)]).toEqual([id, expected]);
  }
});

test('every row has a test that is there, or says why it has none', () => {
  const wrong = rows.filter(({ proof }) => {
    const [, file, name] = TEST.exec(proof.replaceAll(String.raw`\|`, '|')) ?? [];
    if (file === undefined || name === undefined) return !/^no test: .{20,}/.test(proof);
    return !read(file).includes(name);
  });
  expect(wrong).toEqual([]);
});
