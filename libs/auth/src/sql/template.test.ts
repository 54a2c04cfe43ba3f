import { soak } from '@pure-ftpd/testing';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { type Place, spansOf, type SqlDialect, SqlTextError } from './lexer.ts';
import { QueryTemplate, type SqlValues } from './template.ts';

const VALUES: SqlValues = { login: "o'neil", localAddress: '192.0.2.10', localPort: 21, clientAddress: '192.0.2.77' };

function rendered(text: string, dialect: SqlDialect = 'mysql', values: Partial<SqlValues> = {}): string | undefined {
  return new QueryTemplate(text, dialect).render({ ...VALUES, ...values });
}

/** The kinds of the parts of a query, without their texts. */
function kinds(text: string, dialect: SqlDialect): Place[] {
  return spansOf(text, dialect).map(({ place }) => place);
}

describe('a value in a query', () => {
  test.each<[string, SqlDialect, string]>([
    [String.raw`SELECT p FROM u WHERE l='\L'`, 'mysql', "SELECT p FROM u WHERE l='o''neil'"],
    [String.raw`SELECT p FROM u WHERE l="\L"`, 'mysql', `SELECT p FROM u WHERE l="o'neil"`],
    [String.raw`SELECT p FROM u WHERE l=E'\l'`, 'pgsql', "SELECT p FROM u WHERE l=E'o''neil'"],
    [String.raw`SELECT '\I', '\R', \P, \D;`, 'mysql', "SELECT '192.0.2.10', '192.0.2.77', 21, 3221226061"],
    [String.raw`SELECT '/accounts/\L/x'`, 'mysql', "SELECT '/accounts/o''neil/x'"],
    [String.raw`SELECT 1 /* of \L */ -- \L`, 'mysql', "SELECT 1 /* of o'neil */ -- o'neil"],
    // Pairs are read from left to right.
    [String.raw`SELECT '\\L', '\\\L', '\x'`, 'mysql', String.raw`SELECT '\\L', '\\o''neil', '\x'`],
    [String.raw`SELECT $$ it's $$, '\L'`, 'pgsql', String.raw`SELECT $$ it's $$, 'o''neil'`],
    [String.raw`SELECT a$b$c, '\L'`, 'pgsql', String.raw`SELECT a$b$c, 'o''neil'`],
  ])('%s (%s)', (text, dialect, query) => {
    expect(rendered(text, dialect)).toBe(query);
  });

  test('of an IPv6 client has no number', () => {
    expect(rendered(String.raw`SELECT \D, '\D', '\R'`, 'mysql', { clientAddress: 'fe80::1%eth0' })).toBe(
      "SELECT NULL, '', 'fe80::1'",
    );
  });

  test('that stands bare is put in when it is a number, and nobody else is known', () => {
    const template = new QueryTemplate(String.raw`SELECT p FROM u WHERE id=\L`, 'mysql');
    expect(template.warnings).toEqual([
      String.raw`put \L between ' and ': as it stands, only logins of digits are asked for`,
    ]);
    expect(template.render({ ...VALUES, login: '7' })).toBe('SELECT p FROM u WHERE id=7');
    for (const login of ['0 OR 1', 'id', '7 -- x', '']) expect(template.render({ ...VALUES, login })).toBeUndefined();
  });

  test('that is the whole of a pattern means itself', () => {
    const template = new QueryTemplate(String.raw`SELECT p FROM u WHERE l LIKE '\L'`, 'mysql');
    expect(template.render({ ...VALUES, login: '___' })).toBe("SELECT p FROM u WHERE l LIKE '!_!_!_' ESCAPE '!'");
    expect(template.warnings).toHaveLength(1);
  });

  test.each(['a"b', 'a\\b', 'a\0b', 'é', '', 'a\nb', '%', 'a;b', 'a*b'])('never is the login %j', (login) => {
    expect(rendered(String.raw`SELECT p FROM u WHERE l='\L'`, 'mysql', { login })).toBeUndefined();
  });

  test('makes no query that is too long', () => {
    expect(rendered(`SELECT '${'x'.repeat(8160)}', '\\L'`, 'mysql', { login: 'x'.repeat(128) })).toBeUndefined();
  });
});

test.each<[string, SqlDialect]>([
  [String.raw`SELECT '\L`, 'mysql'],
  [String.raw`SELECT "\L`, 'mysql'],
  [String.raw`SELECT /* \L`, 'mysql'],
  [String.raw`SELECT "\L"`, 'pgsql'],
  ['SELECT `\\L`', 'mysql'],
  [String.raw`SELECT $$\L$$`, 'pgsql'],
  [String.raw`SELECT $a$\R$a$`, 'pgsql'],
  [String.raw`SELECT \R`, 'mysql'],
  [String.raw`SELECT \I`, 'pgsql'],
  [String.raw`SELECT u\L`, 'mysql'],
  [String.raw`SELECT \Lu`, 'mysql'],
  [String.raw`SELECT $\P$`, 'pgsql'],
  [String.raw`SELECT \P\D`, 'mysql'],
  [String.raw`SELECT 'it\'s', '\L'`, 'mysql'],
  [String.raw`SELECT /*!50000 '\L' */`, 'mysql'],
])('%s is no query for %s', (text, dialect) => {
  expect(() => new QueryTemplate(text, dialect)).toThrow(SqlTextError);
});

/** What templates are made of. */
const quotes = ["'", '"', '`', '$$', '$t$'];
const inside = fc.constantFrom(
  String.raw`\L`,
  String.raw`\R`,
  String.raw`\D`,
  String.raw`\\`,
  String.raw`\x`,
  "''",
  '""',
  ' ',
  'a',
  '%',
  '--',
  '#',
  '/*',
  '*/',
  '$',
  ';',
);
const quoted = fc
  .tuple(fc.constantFrom(...quotes), fc.array(inside, { maxLength: 5 }))
  .map(([quote, parts]) => `${quote}${parts.join('')}${quote}`);
const outside = fc.constantFrom(
  'SELECT ',
  ' FROM u',
  ' WHERE a=',
  ' LIKE ',
  ' E',
  ' N',
  ' U&',
  ' _utf8',
  String.raw` \L `,
  String.raw` \P `,
  String.raw` \D`,
  String.raw`\L`,
  '1',
  '-',
  '--',
  '-- ',
  '# ',
  '/*',
  '*/',
  '/* x */',
  '$',
  '(',
  ')',
  '\\',
  String.raw`\\`,
  ';',
  'e',
);
const template = fc.array(fc.oneof(quoted, outside), { minLength: 1, maxLength: 10 }).map((parts) => parts.join(''));
const login = fc.string({
  unit: fc.constantFrom('a', 'b', '0', ' ', '-', '_', "'", '.', ':', '@', '+', 'L'),
  minLength: 1,
  maxLength: 12,
});
const address = fc.constantFrom('192.0.2.77', '2001:db8::77');

test('whatever the template and the login, the parts of the query are those of the template', () => {
  let rendering = 0;
  fc.assert(
    fc.property(
      fc.constantFrom<SqlDialect>('mysql', 'pgsql'),
      template,
      login,
      address,
      (dialect, text, who, client) => {
        let made: QueryTemplate;
        try {
          made = new QueryTemplate(text, dialect);
        } catch (error) {
          if (error instanceof SqlTextError) return;
          throw error;
        }
        const query = made.render({ ...VALUES, login: who, clientAddress: client });
        if (query === undefined) return;
        rendering += 1;
        expect(kinds(query, dialect)).toEqual(kinds(made.text, dialect));
      },
    ),
    { numRuns: soak(1000, 100_000) },
  );
  expect(rendering).toBeGreaterThan(100);
});
