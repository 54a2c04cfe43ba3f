// Our server with -l pgsql:FILE, beside Debian's, which ends at each login [sql.md §1].
import { mkdirSync, writeFileSync } from 'node:fs';

import { PostgreSQL } from '@pure-ftpd/account-servers';
import { tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { expect, test } from 'vitest';

import { runProgram } from '../support/program.ts';
import { ours } from '../support/programs.ts';
import { configuration, login, startC, startOurs } from './account-server.ts';

describeWith(['root', 'postgres', 'pure-ftpd-postgresql'], 'a server that asks PostgreSQL', () => {
  test("lets in whom the database knows, where Debian's program dies", async () => {
    await using database = await PostgreSQL.start();
    using folder = tempFolder();
    mkdirSync(folder.file('home'));
    await database.run("CREATE ROLE ftpd LOGIN PASSWORD 'word-of-the-file'");
    await database.run(`CREATE TABLE users (login TEXT, pw TEXT); INSERT INTO users VALUES ('alice', 'pw');
      GRANT SELECT ON users TO ftpd;`);
    const file = configuration(folder, 'pgsql.conf', [
      'PGSQLServer 127.0.0.1',
      `PGSQLPort ${database.port}`,
      'PGSQLUser ftpd',
      'PGSQLPassword word-of-the-file',
      'PGSQLDatabase postgres',
      'PGSQLCrypt cleartext',
      String.raw`PGSQLGetPW SELECT pw FROM users WHERE login='\L'`,
      `PGSQLGetDir SELECT '${folder.file('home')}'`,
      'PGSQLDefaultUID 54321',
      'PGSQLDefaultGID 54321',
    ]);
    await using theirs = await startC('pure-ftpd-postgresql', '-l', `pgsql:${file}`);
    await expect(login(theirs.port, 'alice', 'pw')).rejects.toThrow('connection closed');
    await using server = await startOurs('-l', `pgsql:${file}`);
    const replies = [await login(server.port, 'alice', 'pw'), await login(server.port, 'alice', 'wrong')];
    expect(replies.map(({ code }) => code)).toEqual([230, 530]);
    expect(server.process.output).not.toContain('word-of-the-file');
  });
});

test('a file that cannot work is told by --check-config, with its line', async () => {
  using folder = tempFolder();
  const accounts = configuration(folder, 'pgsql.conf', ['PGSQLServer db', 'PGSQLCrypt md4']);
  writeFileSync(folder.file('ftpd.conf'), `PGSQLConfigFile ${accounts}\n`);
  const { stdout, stderr } = await runProgram(ours.program('pure-ftpd'), ['--check-config', folder.file('ftpd.conf')]);
  expect(stdout + stderr).toMatch(/ftpd\.conf:1: \S+: .*pgsql\.conf: PGSQLUser: is missing/);
});
