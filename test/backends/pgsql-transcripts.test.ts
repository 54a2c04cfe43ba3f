// What the C server did with PostgreSQL, section by section of its transcript, and what ours does with the same queries [sql.md §4].
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { PostgreSQL } from '@pure-ftpd/account-servers';
import { type BackendResult, openBackend } from '@pure-ftpd/auth';
import { tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { workspaceRoot } from '@pure-ftpd/workspace';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { askBackend } from './ask-backend.ts';

const LIMITS = ['QTAFS', 'QTASZ', 'RatioUL', 'RatioDL', 'BandwidthUL', 'BandwidthDL'];

/** A login of a section. */
interface Observed {
  readonly section: string;
  readonly login: string;
  readonly password: string;
  /** What may come of it: where no other backend was there, nobody knows whether it would have been asked. */
  readonly kinds: readonly BackendResult['kind'][];
  /** The queries that the database has seen. */
  readonly queries: readonly string[];
}

const ACCEPTED = ['accepted'] as const;
const REFUSALS = ['unknown', 'refused'] as const;

/** Where ours does otherwise, each with why. */
const OTHERWISE: Readonly<Record<string, BackendResult['kind']>> = {
  // An account is not served without the limits that it has.
  'chain: optional query error': 'unknown',
};

function observed(): Observed[] {
  const text = readFileSync(path.join(workspaceRoot, 'docs/spec/golden/sql/pgsql-behaviour.txt'), 'utf8');
  return text
    .split(/^## /m)
    .slice(1)
    .map((part) => part.replace(/^# [^]*/m, ''))
    .flatMap((part) => {
      const section = part.slice(0, part.indexOf('\n'));
      const next = /next backend asked: (yes|no)/.exec(part)?.[1];
      return part
        .split(/^ {2}login /m)
        .slice(1)
        .map((of): Observed => {
          const [, login = '', password = '', reply = ''] = /^(?:'|")(.*?)(?:'|") \/ '(.*?)': \['(\d+)/.exec(of) ?? [];
          const statements = Array.from(of.matchAll(/LOG: {2}statement: (.*)$/gm), ([, statement = '']) => statement);
          const isIn = reply === '230' && next !== 'yes';
          const kinds = isIn
            ? ACCEPTED
            : REFUSALS.filter((kind) => next === undefined || (kind === 'unknown') === (next === 'yes'));
          const queries = statements.filter((statement) => statement !== 'BEGIN' && statement !== 'COMMIT');
          return { section, login, password, kinds, queries };
        });
    })
    .filter(({ queries, section }) => queries.length > 0 && section !== 'standard_conforming_strings off');
}

describeWith(['postgres'], 'the transcript of PostgreSQL', () => {
  let server: PostgreSQL;
  beforeAll(async () => {
    server = await PostgreSQL.start();
    await server.run(`CREATE ROLE ftpd LOGIN PASSWORD 'ftpdpw' SUPERUSER; CREATE TABLE users ("User" TEXT);
      CREATE FUNCTION fpw(TEXT) RETURNS TEXT AS $$ SELECT 'pw'::text $$ LANGUAGE sql;`);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test('has what is replayed', () => {
    expect(new Set(observed().map(({ section }) => section)).size).toBeGreaterThanOrEqual(14);
  });

  test.each(observed())('$section, $login / $password', async ({ section, login, password, kinds, queries }) => {
    const [pw = '', ...others] = queries;
    const hasIds = section !== 'defaults';
    const [uid = 'SELECT 3901', gid = 'SELECT 3901'] = hasIds ? others.splice(0, 2) : [];
    const [directory = "SELECT '/srv/ftp/alice'", ...limits] = others;
    using folder = tempFolder();
    const lines = [
      'Server 127.0.0.1',
      `Port ${server.port}`,
      'User ftpd',
      'Password ftpdpw',
      'Database postgres',
      'Crypt cleartext',
      `GetPW ${pw}`,
      ...(hasIds ? [`GetUID ${uid}`, `GetGID ${gid}`] : ['DefaultUID 3901', 'DefaultGID 3901']),
      `GetDir ${directory}`,
      ...limits.map((query, index) => `Get${LIMITS[index] ?? ''} ${query}`),
    ];
    const file = folder.file('pgsql.conf');
    writeFileSync(file, lines.map((line) => `PGSQL${line}\n`).join(''), { mode: 0o600 });
    const result = await askBackend(await openBackend({ name: 'pgsql', path: file }), login, password);
    const otherwise = OTHERWISE[section];
    expect(otherwise === undefined ? kinds : [otherwise]).toContain(result.kind);
    if (result.kind !== 'accepted') return;
    expect(result.account).toMatchObject({ uid: 3901, gid: 3901 });
    if (section === 'all optional')
      expect(result.account.limits).toMatchObject({
        quotaFiles: 10n,
        quotaSize: 1_048_576n,
        uploadRatio: 1,
        downloadRatio: 5,
        uploadBandwidth: 102_400n,
        downloadBandwidth: 204_800n,
      });
  });
});
