import { expect, test } from 'vitest';
import { findings, isSource, rulesFor } from './rules.ts';

/** Text in pieces, so that this file passes the check it tests. */
function mark(...pieces: readonly string[]): string {
  return pieces.join('');
}

const rules = rulesFor('/srv/checkout', 'https://npm.example.net/mirror/');

test.each([
  ['a mark of work put off', `// ${mark('TO', 'DO')}: more`, 'unfinished'],
  ['another', `/* ${mark('FIX', 'ME')} */`, 'unfinished'],
  ['the place of the checkout', 'see /srv/checkout/libs', 'a path of this machine'],
  ['a public registry', `https://${mark('registry', '.npmjs.org')}/a`, 'the address of a package registry'],
  ['the registry of this machine', 'npm.example.net', 'the address of a package registry'],
  ['half a merge', `${'<'.repeat(7)} ours`, 'a merge that was not finished'],
])('%s is found with its line', (_, text, why) => {
  expect(findings('a.ts', `first\n${text}\n`, rules)).toEqual([expect.stringMatching(`^a\\.ts:2: ${why}: `)]);
});

test.each(['a todo list is text', '/srv/checkouts', '/home/joe/ftp', '/root', 'const mktemp = "XXXXXX"'])(
  '%s is let pass',
  (text) => {
    expect(findings('a.ts', text, rules)).toEqual([]);
  },
);

test.each([
  'libs/a/src/b.ts',
  'README.md',
  'test/clients/Upload.java',
  '.gitignore',
  '.ci/run',
  'LICENSE',
  'docs/figure.svg',
  'docs/manual/pure-ftpd.8',
])('%s is a source', (path) => {
  expect(isSource(path)).toBe(true);
});

test.each([
  'isolate-0x16377000-31187-v8.log',
  'tools/bench/CPU.20261130.cpuprofile',
  'core.3117',
  'docs/log.1',
  'apps/pure-ftpd/pure-ftpd-0.1.0.tgz',
  'LICENSE.orig',
  'libs/a/src/b.ts~',
  'nohup.out',
])('%s is no source', (path) => {
  expect(isSource(path)).toBe(false);
});
