import { expect, test } from 'vitest';
import { deadCitations, sectionsOf, type Specification } from './citations.ts';

const specification: Specification = {
  pages: new Map([['server-protocol', sectionsOf('# Title\n\n## 1. Lines\n\n### 1.2 Telnet\n\n## 4. Replies\n')]]),
  hasSample: (path) => path === 'quota/cases.txt',
};

/** Spelled so that this file passes the check it tests. */
function cited(text: string): string {
  return text.replace('PAGE', 'server-protocol').replace('SAMPLE', 'golden');
}

test.each([
  '[PAGE §1]',
  '[PAGE §1.2, §4]',
  'the text of LIST: spec PAGE §1 to §4',
  'PAGE.md §4',
  '[SAMPLE quota/cases.txt]',
  'RFC 959 §9.9',
  '[draft-somers-ftp-mfxx §77]',
  'see the other page §12',
])('%s leads somewhere, or is of another document', (text) => {
  expect(deadCitations('a.ts', cited(text), specification)).toEqual([]);
});

test.each([
  ['[PAGE §2]', 'no §2 in server-protocol'],
  ['[PAGE §1, §1.3]', 'no §1.3 in server-protocol'],
  ['PAGE §9, outside of brackets', 'no §9 in server-protocol'],
  ['[PAGEs §1]', 'no page server-protocols'],
  ['[SAMPLE quota/case.txt]', 'no sample quota/case.txt'],
])('%s is found with its line', (text, why) => {
  expect(deadCitations('a.ts', cited(`first\n${text}`), specification)).toEqual([
    `a.ts:2: a citation that leads nowhere: ${why} in docs/spec`,
  ]);
});
