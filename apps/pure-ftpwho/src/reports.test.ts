// --from: reports of other hosts, ours and the C program's.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readReport } from '@pure-ftpd/status/reports';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { Board, entryOf, sample } from './testing/board.ts';

const NOW = 2_000_000_000n;
const HEAD = '<?xml version="1.0" encoding="ISO-8859-15"?>\n';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reports-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function written(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content, 'latin1');
  return path;
}

/** What the program says of reports; it needs no scoreboard for that. */
async function shown(format: string, ...reports: readonly string[]) {
  using board = new Board();
  return board.run([format, ...reports.flatMap((report) => ['--from', report])], NOW, { mayLook: false });
}

test('reports of three hosts are one table, one page and one JSON', async () => {
  using board = new Board();
  const sizes = { current: 110, total: 400, transferStart: 1_999_999_990 };
  board.put('client-00000001', entryOf({ state: 'download', login: 'ours', file: 'new\nline', ...sizes }));
  const own = written('ours.xml', (await board.run(['-x', '-n'], NOW)).stdout);
  const several = written('several.xml', sample('ftpwho', '17-several', 'xml-n.out'));
  const odd = written('odd.xml', sample('ftpwho', '13-odd-characters', 'xml.out'));
  const { status, stdout, stderr } = await shown('--json', own, several, odd);
  expect([status, stderr]).toEqual([0, '']);
  const report = JSON.parse(Buffer.from(stdout, 'latin1').toString());
  expect(report.totals).toMatchObject({ sessions: 6, downloads: 2, uploads: 2 });
  const names = report.sessions.map(({ account, transfer }: { account: string; transfer: { file: string } | null }) => [
    account,
    transfer?.file,
  ]);
  expect(names).toContainEqual(['ours', 'new\nline']);
  expect(names).toContainEqual(['dl', 'big.iso']);
  expect(names).toContainEqual([`o|dd\\<u&"ser>'s`, expect.stringMatching(/^we\|ird <a&b> "q" 's' /)]);
  const page = (await shown('-w', own, several, odd)).stdout;
  expect(page).toContain('client.example.net');
  expect(page.match(/<tr role="row" class=/g)).toHaveLength(6);
  expect((await shown('-v', own, several, odd)).stdout).toContain('ftp.example.org');
});

test('what -x prints of a report is the report', async () => {
  const several = sample('ftpwho', '17-several', 'xml-n.out');
  expect((await shown('-x', written('several.xml', several))).stdout).toBe(several);
});

test('a report without sessions is nobody', () => {
  expect(readReport(Buffer.from(`${HEAD}<status>\n</status>\n`), 'r', NOW)).toEqual([]);
});

test.each([
  ['what is no XML', 'pid acct time\n', /no XML|no report/],
  ['a document that is cut', `${HEAD}<status>\n  <client pid="1" acc`, /no XML: line 3/],
  ['entities of its own', `${HEAD}<!DOCTYPE status [<!ENTITY a "b">]>\n<status>&a;</status>`, /defines entities/],
  ['entities that XML has not', `${HEAD}<status>&nbsp;</status>`, /entities beyond/],
  ['another document', `${HEAD}<html></html>`, /no report of pure-ftpwho -x/],
  ['other elements', `${HEAD}<status><server/></status>`, /no report of pure-ftpwho -x/],
  ['a client without a state', `${HEAD}<status><client pid="1" account="a" /></status>`, /a client without state/],
  [
    'a size that is no number',
    `${HEAD}<status><client pid="x" account="a" time="1" state="IDLE" file="" host="h" localhost="l" localport="21" /></status>`,
    /pid is no number: "x"/,
  ],
])('%s is refused in one line that names the report', async (_, content, reason) => {
  const path = written('report.xml', content);
  const { status, stdout, stderr } = await shown('-x', path);
  expect([status, stdout]).toEqual([3, '']);
  expect(stderr.startsWith(`${path}: `)).toBe(true);
  expect(stderr).toMatch(reason);
  expect(stderr.trimEnd()).not.toContain('\n');
});

test('a report of more than 16 MiB, one that is not there, and a folder are refused', async () => {
  const large = written('large.xml', `${HEAD}<status>${' '.repeat(16 * 1024 * 1024)}</status>`);
  expect((await shown('-x', large)).stderr).toBe(`${large}: larger than 16 MiB, which no report is\n`);
  const missing = join(folder, 'none.xml');
  expect((await shown('-x', missing)).stderr).toBe(`${missing}: No such file or directory\n`);
  expect((await shown('-x', folder)).stderr).toBe(`${folder}: a folder, and no report\n`);
});

test('the live table shows this machine only', async () => {
  expect(await shown('--watch', written('r.xml', ''))).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('--from'),
  });
});
