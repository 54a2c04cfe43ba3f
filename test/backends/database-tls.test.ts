// TLS between the server and a database: who is verified, and who is not trusted.
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';

import { AccountDatabase, DATABASE_SECRET, MariaDB, PostgreSQL, type SqlMethod } from '@pure-ftpd/account-servers';
import { type MadeCertificate, makeCertificate } from '@pure-ftpd/x509';
import { NamespacedProcess, startServer, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { isSoak } from '@pure-ftpd/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { etcFolder } from '../support/etc.ts';
import { ours } from '../support/programs.ts';
import { login } from './account-server.ts';

/** The name of the machine of the database, which only the servers of this file know. */
const NAME = 'database.test';

/** Whose answer says whether the connection is TLS. */
const ENCRYPTED = {
  mysql: "SELECT variable_value <> '' FROM information_schema.session_status WHERE variable_name = 'Ssl_cipher'",
  pgsql: 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
} as const;

/** A database with a certificate for {@link NAME} and 127.0.0.1. */
function startDatabase(method: SqlMethod, folder: TempFolder, { certificate, key }: MadeCertificate) {
  const files = { certificate: folder.file(`${method}.pem`), key: folder.file(`${method}.key`) };
  writeFileSync(files.certificate, certificate);
  writeFileSync(files.key, key, { mode: 0o600 });
  if (method === 'mysql') return MariaDB.start(`--ssl-cert=${files.certificate}`, `--ssl-key=${files.key}`);
  chownSync(files.key, 65_534, 65_534);
  return PostgreSQL.start({ ssl: 'on', ssl_cert_file: files.certificate, ssl_key_file: files.key });
}

describeWith(['root', 'mariadbd', 'postgres'], 'a database that speaks TLS', () => {
  describe.each(['mysql', 'pgsql'] as const)('%s', (method) => {
    const etc = etcFolder({ hosts: `127.0.0.1 localhost ${NAME} other.test\n` });
    let folder: TempFolder;
    let database: AccountDatabase;
    /** One that cannot speak TLS. */
    let plain: AccountDatabase;

    beforeAll(async () => {
      folder = tempFolder();
      chmodSync(folder.path, 0o755);
      const home = folder.file('home');
      mkdirSync(home, { mode: 0o777 });
      const authority = makeCertificate({ names: ['An authority'], isAuthority: true });
      const stranger = makeCertificate({ names: ['An authority'], isAuthority: true });
      writeFileSync(folder.file('authority.pem'), authority.certificate);
      writeFileSync(folder.file('stranger.pem'), stranger.certificate);
      const served = makeCertificate({ names: [NAME, '127.0.0.1'], issuer: authority });
      const rows = [{ login: 'alice', password: 'pw', home }];
      database = await AccountDatabase.start(method, rows, await startDatabase(method, folder, served));
      const without = method === 'mysql' ? await MariaDB.start('--skip-ssl') : await PostgreSQL.start();
      plain = await AccountDatabase.start(method, rows, without);
    });
    afterAll(async () => {
      await database[Symbol.asyncDispose]();
      await plain[Symbol.asyncDispose]();
      folder.remove();
      etc.remove();
    });

    /** A file that lets alice in over TLS alone, or over a connection in clear alone. */
    function file(isEncrypted: boolean, changes: Readonly<Record<string, string>>, of = database): string {
      const is = method === 'mysql' ? (isEncrypted ? '= 1' : '= 0') : isEncrypted ? '' : 'IS NOT TRUE';
      const condition = String.raw`login='\L' AND (${ENCRYPTED[method]}) ${is}`;
      return of.file(folder, 'sql.conf', {
        Server: NAME,
        GetPW: `SELECT password FROM users WHERE ${condition}`,
        ...changes,
        ...(changes['TLSCA'] === undefined ? {} : { TLSCA: folder.file(changes['TLSCA']) }),
      });
    }

    /** What a check that asks the database says. */
    async function checked(configuration: string): Promise<string> {
      writeFileSync(folder.file('ftpd.conf'), `${method}ConfigFile ${configuration}\nBind 127.0.0.1,0\n`);
      const words = [ours.program('pure-ftpd'), '--check-config', folder.file('ftpd.conf'), '--connect'];
      const run = new NamespacedProcess(words, { etcDir: etc.path });
      await run.ended;
      await run.stop();
      expect(run.output).not.toContain(DATABASE_SECRET);
      return run.output;
    }

    /** The code of the reply to alice. */
    async function codeOf(configuration: string): Promise<number> {
      await using server = await startServer(
        (port) => [
          ours.program('pure-ftpd'),
          '-S',
          `127.0.0.1,${port}`,
          '-E',
          '-H',
          '-l',
          `${method}:${configuration}`,
        ],
        { etcDir: etc.path },
      );
      return (await login(server.port, 'alice', 'pw')).code;
    }

    test.each<[what: string, isEncrypted: boolean, changes: Readonly<Record<string, string>>]>([
      ['require: whoever it is', true, { UseTLS: 'require' }],
      ['prefer: whoever it is', true, { UseTLS: 'prefer' }],
      ['no: in clear', false, { UseTLS: 'no' }],
      ['verify, with its authority', true, { UseTLS: 'verify', TLSCA: 'authority.pem' }],
      [
        'require with its authority, by another name',
        true,
        { UseTLS: 'require', TLSCA: 'authority.pem', Server: 'other.test' },
      ],
    ])('%s: alice gets in', async (_, isEncrypted, changes) => {
      expect(await codeOf(file(isEncrypted, changes))).toBe(230);
    });

    test('without the key: in clear for MySQL, with TLS for PostgreSQL over a network', async () => {
      expect(await codeOf(file(method === 'pgsql', {}))).toBe(230);
    });

    test('a server without TLS: prefer takes it, require does not', async () => {
      expect(await codeOf(file(false, { UseTLS: 'prefer' }, plain))).toBe(230);
      expect(await checked(file(false, { UseTLS: 'require' }, plain))).toMatch(
        /UseTLS: the database cannot be asked: .*does not support (?:secure|SSL)/i,
      );
    });

    test.each<[what: string, changes: Readonly<Record<string, string>>, reason: RegExp]>([
      [
        'another authority',
        { UseTLS: 'verify', TLSCA: 'stranger.pem' },
        /certificate signature failure|unable to verify|self-signed/,
      ],
      [
        'another authority, with require',
        { UseTLS: 'require', TLSCA: 'stranger.pem' },
        /certificate signature failure|unable to verify|self-signed/,
      ],
      ['no authority that the system knows', { UseTLS: 'verify' }, /unable to (?:verify|get local issuer)|self-signed/],
      [
        'another name',
        { UseTLS: 'verify', TLSCA: 'authority.pem', Server: 'other.test' },
        /does not match certificate's altnames/,
      ],
    ])('%s: refused, and the check names the key', async (_, changes, reason) => {
      const said = await checked(file(true, changes));
      expect(said).toMatch(/sql\.conf:\d+: \w+UseTLS: the database cannot be asked: /);
      expect(said).toMatch(reason);
      if (isSoak) expect(await codeOf(file(true, changes))).toBe(530);
    });

    test('an address: verified for PostgreSQL, an error at the start for MySQL', async () => {
      const said = await checked(file(true, { UseTLS: 'verify', TLSCA: 'authority.pem', Server: '127.0.0.1' }));
      expect(said).toMatch(
        method === 'pgsql'
          ? /it answers, and takes every query/
          : /:1: MYSQLServer: is an address, and MYSQLUseTLS verify needs/,
      );
    });

    test('authorities without TLS that verifies them: an error at the start', async () => {
      expect(await checked(file(true, { TLSCA: 'authority.pem' }))).toMatch(
        /TLSCA: has no effect with (?:MYSQLUseTLS no|PGSQLUseTLS prefer): write require or verify there/,
      );
    });
  });
});
