// The examples of docs/accounts, as they are but for where the server is.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { MariaDB, OpenLDAP, PostgreSQL } from '@pure-ftpd/account-servers';
import { type BackendResult, openBackend } from '@pure-ftpd/auth';
import { tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { workspaceRoot } from '@pure-ftpd/workspace';
import { expect, test } from 'vitest';

import { ours } from '../support/programs.ts';
import { runProgram } from '../support/program.ts';

const SECRET = 'a-word-of-your-own';

function example(name: string): string {
  return readFileSync(path.join(workspaceRoot, 'docs', 'accounts', name), 'utf8');
}

/** Logins with the file of a method; each with its password. */
async function results(method: string, text: string, logins: readonly string[]): Promise<BackendResult[]> {
  using folder = tempFolder();
  const file = folder.file('accounts.conf');
  writeFileSync(file, text, { mode: 0o600 });
  const backend = await openBackend({ name: method, path: file });
  return Promise.all(
    logins.map((login) =>
      backend.authenticate({
        login,
        password: Buffer.from('pw'),
        localAddress: '127.0.0.1',
        localPort: 21,
        clientAddress: '127.0.0.1',
        encrypted: false,
      }),
    ),
  );
}

/** A hash as `pure-pw hash` makes it. */
async function hash(): Promise<string> {
  const { stdout } = await runProgram(ours.program('pure-pw'), ['hash'], { limitMs: 60_000, input: 'pw\n' });
  return stdout.trim();
}

const ROWS = (stored: string): string =>
  ['alice', 'carol']
    .map(
      (login) => `INSERT INTO accounts (login, password, uid, gid, home, quota_files, quota_megabytes, enabled)
      VALUES ('${login}', '${stored}', 3001, 3001, '/srv/ftp/alice/./', 10, 2, ${login === 'alice'});`,
    )
    .join('\n');

/** Alice is let in with her quota, and whom the table has not enabled is not known. */
function expectAlice([alice, ...others]: readonly BackendResult[]): void {
  if (alice?.kind !== 'accepted') throw new Error(`alice is ${alice?.kind}`);
  expect(alice.account).toMatchObject({ uid: 3001, gid: 3001, home: { chroot: '/srv/ftp/alice' } });
  expect(alice.account.limits).toMatchObject({
    quotaFiles: 10n,
    quotaSize: 2n * 1_048_576n,
    uploadBandwidth: undefined,
  });
  expect(others.map(({ kind }) => kind)).toEqual(others.map(() => 'unknown'));
}

describeWith(['mariadbd'], 'the example for MariaDB', () => {
  test('lets in, with what the table says', async () => {
    await using server = await MariaDB.start();
    await server.run(`CREATE DATABASE ftp; CREATE USER pureftpd@localhost IDENTIFIED BY '${SECRET}';`);
    await server.run(example('mariadb.sql'), 'ftp');
    await server.run(`${ROWS(await hash())} GRANT SELECT ON ftp.open_accounts TO pureftpd@localhost;`, 'ftp');
    const text = example('mysql.conf').replace(/^(MYSQLServer .*)$/m, `$1\nMYSQLSocket ${server.socket}`);
    expectAlice(await results('mysql', text, ['alice', 'carol', 'ALICE', 'alice ']));
  });
});

describeWith(['postgres'], 'the example for PostgreSQL', () => {
  test('lets in, with what the table says', async () => {
    await using server = await PostgreSQL.start();
    await server.run(`CREATE ROLE pureftpd LOGIN PASSWORD '${SECRET}'`);
    await server.run('CREATE DATABASE ftp');
    await server.run(example('postgresql.sql'), 'ftp');
    await server.run(`${ROWS(await hash())} GRANT SELECT ON open_accounts TO pureftpd;`, 'ftp');
    const text = example('pgsql.conf').replace(/^PGSQLServer .*$/m, `PGSQLServer 127.0.0.1\nPGSQLPort ${server.port}`);
    expectAlice(await results('pgsql', text, ['alice', 'carol', 'ALICE', 'alice ']));
  });
});

describeWith(['slapd', 'pureftpd.schema'], 'the example for a directory', () => {
  test('lets in, with what the entry says', async () => {
    const salt = 'salt';
    const digest = createHash('sha1').update('pw').update(salt).digest();
    const stored = `{SSHA}${Buffer.concat([digest, Buffer.from(salt)]).toString('base64')}`;
    const tree = example('tree.ldif').replace(/^userPassword: .*$/m, `userPassword: ${stored}`);
    await using server = await OpenLDAP.start(tree);
    const text = example('ldap.conf').replace(/^LDAPServer .*$/m, `LDAPServer 127.0.0.1\nLDAPPort ${server.port}`);
    const [alice, nobody] = await results('ldap', text, ['alice', 'nobody-here']);
    if (alice?.kind !== 'accepted') throw new Error(`alice is ${alice?.kind}`);
    expect(alice.account).toMatchObject({
      uid: 3001,
      home: { chroot: '/srv/ftp/alice' },
      limits: { quotaFiles: 1000n },
    });
    expect(nobody?.kind).toBe('unknown');
  });
});
