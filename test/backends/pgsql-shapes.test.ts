// -l pgsql:FILE against PostgreSQL, in the shape of a Node panel [sql.md §9].
import { writeFileSync } from 'node:fs';

import { PostgreSQL } from '@pure-ftpd/account-servers';
import { openBackend } from '@pure-ftpd/auth';
import { tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { expect, test } from 'vitest';

import { askBackend } from './ask-backend.ts';
import { shapes } from './shapes.ts';

describeWith(['postgres'], 'the shape of a PostgreSQL configuration', () => {
  test.each(['on', 'off'])('with standard_conforming_strings %s the same logins get in', async (strings) => {
    await using server = await PostgreSQL.start({ standard_conforming_strings: strings });
    const [shape] = shapes().filter(({ name }) => name.includes('postgresql'));
    if (shape === undefined) throw new Error('there is no such shape');
    await server.run("CREATE ROLE ftpd LOGIN PASSWORD 'ftpdpw' SUPERUSER");
    await server.run('CREATE DATABASE pureftpd OWNER ftpd');
    await server.run(shape.tables, 'pureftpd');
    using folder = tempFolder();
    const file = folder.file('pgsql.conf');
    writeFileSync(file, shape.configuration.replace(/^PGSQLPort .*$/m, `PGSQLPort ${server.port}`));
    const backend = await openBackend({ name: 'pgsql', path: file });
    for (const { login, password, replies } of shape.logins) {
      const result = await askBackend(backend, login, password);
      expect([login, password, result.kind === 'accepted']).toEqual([login, password, replies[0]?.startsWith('230')]);
    }
  });
});
