import { expect, test } from 'vitest';

import type { Documented } from './documented.ts';
import { manualPage } from './manual-page.ts';
import { betweenMarks } from './marks.ts';
import { optionsTable } from './options-table.ts';

const OPTIONS: readonly Documented[] = [
  {
    short: 'U',
    long: 'umask',
    argument: 'files[:dirs]',
    description: 'masks of new files',
    notes: 'In octal, as `022`. See [below](#modes).',
    keys: [{ name: 'Umask', form: { expected: 'two numbers with a colon between them are' } }],
  },
  {
    short: '2',
    long: 'certfile',
    description: 'a certificate',
    keys: [
      { name: 'CertFile', form: { expected: 'a path is' } },
      { name: 'CertFileAndKey', form: { expected: 'two paths, CERTIFICATE KEY, are' } },
    ],
    notInDebian: true,
  },
  { short: 'v', long: 'bonjour', description: 'not supported yet', keys: [], unsupported: true },
  {
    long: 'hang-up',
    argument: 'store|discard',
    description: "'.' and C:\\ are text",
    keys: [{ name: 'hangup', form: { expected: 'store|discard is' } }],
  },
];

test('a table has a row for each option, with its keys and notes', () => {
  expect(optionsTable(OPTIONS).split('\n')).toEqual([
    '| option                       | key                          | what it does                                                 |',
    '| ---------------------------- | ---------------------------- | ------------------------------------------------------------ |',
    '| `-U`, `--umask files[:dirs]` | `Umask`                      | masks of new files. In octal, as `022`. See [below](#modes). |',
    '| `-2`, `--certfile`           | `CertFile`, `CertFileAndKey` | a certificate                                                |',
    '| `-v`, `--bonjour`            |                              | not supported yet                                            |',
    "| `--hang-up store\\|discard`   | `HangUp`                     | '.' and C:\\ are text                                         |",
    '',
  ]);
});

const ABOUT = { version: '1.2', usage: ['[OPTION]...'], purpose: '.serves', epilogue: [] };

test('a manual page has an entry for each option that can be used, and no request where text is meant', () => {
  const lines = manualPage(ABOUT, OPTIONS).split('\n');
  const entry = (name: string): string[] => {
    const at = lines.indexOf(name);
    return lines.slice(at - 1, at + 4);
  };
  expect(entry(String.raw`\fB\-U\fR, \fB\-\-umask\fR \fIfiles[:dirs]\fR`)).toEqual([
    '.TP',
    String.raw`\fB\-U\fR, \fB\-\-umask\fR \fIfiles[:dirs]\fR`,
    String.raw`masks of new files. In octal, as \fB022\fR.`,
    '.br',
    String.raw`In a configuration file: \fBUmask\fR (two numbers with a colon between them)`,
  ]);
  expect(entry(String.raw`\fB\-\-hang\-up\fR \fIstore|discard\fR`)).toEqual([
    '.TP',
    String.raw`\fB\-\-hang\-up\fR \fIstore|discard\fR`,
    String.raw`\&'.' and C:\e are text.`,
    '.br',
    String.raw`In a configuration file: \fBHangUp\fR (store|discard)`,
  ]);
  expect(lines).toContain(String.raw`\&.serves`);
  expect(lines).toContain(String.raw`\fBCertFile\fR, \fBCertFileAndKey\fR.`);
  expect(lines.join('\n')).not.toContain('bonjour');
});

test('what is made stands between two marks; a page without them is an error', () => {
  const page = 'a\n<!-- x: npm run docs -->\nold\n<!-- /x -->\nb\n';
  const made = betweenMarks(page, 'x', 'new\n');
  expect(made).toBe('a\n<!-- x: npm run docs -->\n\nnew\n\n<!-- /x -->\nb\n');
  expect(betweenMarks(made, 'x', 'new\n')).toBe(made);
  expect(() => betweenMarks('a\n', 'x', 'new\n')).toThrow(/<!-- \/x -->$/);
});
