import { sqlKeys } from '@pure-ftpd/auth';

import { expect, test } from 'vitest';

import type { Documented, Program } from './documented.ts';
import { sqlPage } from './manual/account-files.ts';
import { configurationPage } from './manual/configuration-page.ts';
import { programPage } from './manual/program-page.ts';
import { render } from './manual/roff.ts';
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

const PROGRAM: Program = {
  program: 'pure-x',
  version: '1.2',
  usage: ['[OPTION]...', 'FILE'],
  purpose: '.serves',
  options: OPTIONS,
  summary: 'Serve files',
};

test('a manual page has an entry for each option that can be used, and no request where text is meant', () => {
  const page = render(programPage(PROGRAM, { status: [['0', 'a normal end']], seeAlso: ['pure-pw(8)'] }));
  const lines = page.split('\n');
  const entry = (name: string): string[] => {
    const at = lines.indexOf(name);
    return lines.slice(at - 1, at + 4);
  };
  expect(lines.slice(2, 8)).toEqual([
    '.SH NAME',
    String.raw`pure\-x \- serve files`,
    '.SH SYNOPSIS',
    '.nf',
    String.raw`pure\-x [OPTION]...`,
    String.raw`pure\-x FILE`,
  ]);
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
  expect(page).toContain(String.raw`\fB\-\-version\fR`);
  expect(page).not.toContain('bonjour');
});

test('the page of the configuration file has each key, with the option it stands for', () => {
  const page = render(configurationPage(PROGRAM));
  expect(page).toContain(String.raw`\fBHangUp\fR \fIstore|discard\fR`);
  expect(page).toContain(String.raw`A certificate. As \fB\-2\fR.`);
});

test.each(['mysql', 'pgsql'] as const)('the page of -l %s has every key that such a file may have', (kind) => {
  const page = render(sqlPage(kind, '1.2', sqlKeys(kind)));
  for (const key of sqlKeys(kind)) expect(page).toContain(`\\fB${key}\\fR\n`);
});

test('what is made stands between two marks; a page without them is an error', () => {
  const page = 'a\n<!-- x: npm run docs -->\nold\n<!-- /x -->\nb\n';
  const made = betweenMarks(page, 'x', 'new\n');
  expect(made).toBe('a\n<!-- x: npm run docs -->\n\nnew\n\n<!-- /x -->\nb\n');
  expect(betweenMarks(made, 'x', 'new\n')).toBe(made);
  expect(() => betweenMarks('a\n', 'x', 'new\n')).toThrow(/<!-- \/x -->$/);
});
