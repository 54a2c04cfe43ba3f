// -l mysql:FILE in the shapes that panels write, against MariaDB [sql.md §9].
import { writeFileSync } from 'node:fs';

import { MariaDB } from '@pure-ftpd/account-servers';
import { openBackend } from '@pure-ftpd/auth';
import { tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { askBackend } from './ask-backend.ts';
import { type Shape, shapes } from './shapes.ts';

let server: MariaDB;

async function prepare({ tables }: Shape): Promise<void> {
  await server.run(`DROP DATABASE IF EXISTS pureftpd; CREATE DATABASE pureftpd;
    CREATE OR REPLACE USER ftpd@localhost IDENTIFIED BY 'ftpdpw'; GRANT ALL ON *.* TO ftpd@localhost;`);
  // Names that this machine has.
  for (const part of statements(tables.replaceAll("'ftpuser','ftpgroup'", "'games','games'")))
    await server.run(part, 'pureftpd');
}

/** The parts of a script that come between changes of what ends a statement. */
function statements(script: string): string[] {
  const [before = '', ...others] = script.split(/^DELIMITER .*$/m);
  return [before, ...others.flatMap((part) => part.split('//'))].filter((part) => part.trim() !== '');
}

/** The file, with the server of this test in the place of the usual one. */
function configured(text: string): string {
  return text
    .replace(/^MYSQLServer .*$/m, 'MYSQLServer localhost\nMYSQLSocket @SOCKET@')
    .replaceAll('@SOCKET@', server.socket);
}

describeWith(['mariadbd'], 'the shapes of MySQL configurations', () => {
  beforeAll(async () => {
    server = await MariaDB.start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const mysql = shapes().filter(({ name }) => !name.includes('postgresql'));

  test('are seven, with logins', () => {
    expect(mysql.map(({ logins }) => logins.length > 1)).toEqual(Array.from({ length: 7 }, () => true));
  });

  test.each(mysql)('$name: the same logins get in', async (shape) => {
    await prepare(shape);
    using folder = tempFolder();
    const file = folder.file('mysql.conf');
    writeFileSync(file, configured(shape.configuration));
    const backend = await openBackend({ name: 'mysql', path: file });
    for (const { login, password, replies } of shape.logins) {
      const result = await askBackend(backend, login, password);
      // There the hash is the password, for C; here md5 means what it did before.
      const isSame = !shape.name.includes('md5');
      const isIn = replies[0]?.startsWith('230') === isSame;
      expect([login, password, result.kind === 'accepted']).toEqual([login, password, isIn]);
      if (result.kind !== 'accepted' || !isSame) continue;
      const { quotaFiles, quotaSize } = result.account.limits;
      // A negative quota is none; for C it is an enormous one.
      expect(/authorized: \d{1,9} /.test(replies.join('\n'))).toBe(quotaFiles !== undefined || quotaSize !== undefined);
    }
  });
});
