// TLS to a directory, whose ids an account gets, and directories that let in who has no name: as in the transcript.
import { observedTree, OpenLDAP } from '@pure-ftpd/account-servers';
import { type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { LoginMethodError } from '@pure-ftpd/auth';
import { makeCertificate } from '@pure-ftpd/x509';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { type Replay, replay } from './ldap-replay.ts';
import { askLdap, observedIds, openLdap, READER, sections } from './ldap-transcript.ts';
import { Relay } from './relay.ts';

const NO_IDS = `
dn: uid=noids,ou=people,dc=example,dc=org
objectClass: account
objectClass: simpleSecurityObject
uid: noids
userPassword: pw
`;
const DEFAULTS = ['LDAPDefaultUID 3950', 'LDAPDefaultGID 3951', 'LDAPDefaultHomeDirectory /tmp'];

let directory: OpenLDAP;
/** One whose certificate is for another name. */
let misnamed: OpenLDAP;
let folder: TempFolder;

function startTls(...lines: readonly string[]): Replay {
  return { lines: ['LDAPServer localhost', 'LDAPUseTLS True', ...lines] };
}

function ldaps(...lines: readonly string[]): readonly string[] {
  return ['LDAPServer localhost', 'LDAPScheme ldaps', `LDAPTLSCA ${directory.certificate}`, ...lines];
}

const ROWS: Readonly<Record<string, () => Replay>> = {
  'StartTLS, CA known, name matches': () => startTls(`LDAPTLSCA ${directory.certificate}`),
  'StartTLS true': () => startTls(`LDAPTLSCA ${directory.certificate}`, 'LDAPUseTLS true'),
  'StartTLS, CA unknown': () => startTls(),
  'StartTLS, name mismatch': () => startTls(`LDAPPort ${misnamed.port}`, `LDAPTLSCA ${misnamed.certificate}`),
  'StartTLS, password mode': () => startTls(`LDAPTLSCA ${directory.certificate}`, ...READER),
  'ldaps 636, CA known': () => ({ lines: ldaps(`LDAPPort ${directory.tlsPort}`) }),
  'ldaps 636 and UseTLS True': () => ({
    lines: ldaps(`LDAPPort ${directory.tlsPort}`, 'LDAPUseTLS True'),
    meant: ['accepted'],
  }),
  'unknown user, bind mode': () => ({ lines: DEFAULTS, meant: [] }),
  'unknown user, bind mode with a reader': () => ({
    lines: [...DEFAULTS, ...READER, 'LDAPAuthMethod bind'],
    meant: [],
  }),
  'unknown user, password mode': () => ({ lines: [...DEFAULTS, ...READER] }),
  'known user with an empty password': () => ({ lines: DEFAULTS }),
  'unknown user, no default home': () => ({ lines: DEFAULTS.slice(0, 2) }),
};

/** That the port of ldaps is its own is a question of the configuration's own test: `libs/auth/src/ldap/configuration.test.ts`. */
const ELSEWHERE = ['ldaps, default port'];

describeWith(['slapd', 'pureftpd.schema'], 'TLS and ids of -l ldap, beside what the C server did', () => {
  const all = sections('tls-ids-empty-dn.txt');

  beforeAll(async () => {
    folder = tempFolder();
    directory = await OpenLDAP.start(observedTree() + NO_IDS);
    misnamed = await OpenLDAP.start(observedTree(), makeCertificate({ names: ['ftp.example.org'] }));
  });
  afterAll(async () => {
    await directory[Symbol.asyncDispose]();
    await misnamed[Symbol.asyncDispose]();
    folder.remove();
  });

  test('has a row for every section', () => {
    expect(all.map(({ name }) => name).toSorted()).toEqual([...Object.keys(ROWS), ...ELSEWHERE].toSorted());
  });

  test.each(all.filter(({ name }) => !ELSEWHERE.includes(name)))('$name', async (section) => {
    const row = ROWS[section.name];
    if (row === undefined) throw new Error('no such row');
    const { done, meant } = await replay(folder, directory.port, section, row());
    expect(done).toEqual(meant);
  });

  test('why a connection is not protected is in the log', async () => {
    for (const [lines, reason] of [
      [startTls(), /self.signed certificate/],
      [startTls(`LDAPPort ${misnamed.port}`, `LDAPTLSCA ${misnamed.certificate}`), /does not match.*ftp\.example\.org/],
    ] as const) {
      const log: string[] = [];
      await askLdap(await openLdap(folder, directory.port, lines.lines ?? []), 'alice', 'pw', log);
      expect(log).toHaveLength(1);
      expect(log[0]).toMatch(reason);
    }
  });

  test('whose certificate has expired is nobody to ask', async () => {
    const day = 86_400_000;
    const notAfter = Date.now() - day;
    const expired = makeCertificate({ names: ['localhost'], notBefore: notAfter - day, notAfter });
    await using old = await OpenLDAP.start(observedTree(), expired);
    const { lines = [] } = startTls(`LDAPPort ${old.port}`, `LDAPTLSCA ${old.certificate}`);
    const log: string[] = [];
    expect((await askLdap(await openLdap(folder, old.port, lines), 'alice', 'pw', log)).kind).toBe('unknown');
    expect(log).toEqual([expect.stringMatching(/certificate has expired/)]);
  });

  test.each([
    ['without TLS', undefined, /StartTLS|TLS|extended operation/],
    ['that ends the connection before TLS begins', 1, /socket|closed|disconnected|reset/i],
  ])(
    'StartTLS with a directory %s: nobody gets in, and no name or password leaves in clear',
    async (_, cut, reason) => {
      await using plain = await OpenLDAP.start(observedTree(), 'none');
      await using relay = await Relay.start(cut === undefined ? plain.port : directory.port);
      if (cut !== undefined) relay.cutAfter = cut;
      for (const mode of [[], READER]) {
        const { lines = [] } = startTls(`LDAPPort ${relay.port}`, `LDAPTLSCA ${directory.certificate}`, ...mode);
        const log: string[] = [];
        const { kind } = await askLdap(await openLdap(folder, relay.port, lines), 'alice', 'word-of-alice', log);
        expect(kind).toBe('unknown');
        expect(log).toEqual([expect.stringMatching(/The LDAP server seems to be down \[ldap:\/\/localhost: /)]);
        expect(log[0]).toMatch(reason);
      }
      const asked = relay.asked.toString('latin1');
      // The name of the operation (RFC 4511 §4.14.1).
      expect(asked).toContain('1.3.6.1.4.1.1466.20037');
      for (const word of ['alice', 'word-of-alice', 'reader']) expect(asked).not.toContain(word);
    },
  );

  const ids = observedIds();

  test('whose ids are observed', () => {
    expect(ids).toHaveLength(7 * 4);
  });

  test.each(ids)('LDAPForceDefault… $force: $login is $uid, $gid', async ({ force, login, uid, gid }) => {
    const words = force === 'None' ? [] : [`LDAPForceDefaultUID ${force}`, `LDAPForceDefaultGID ${force}`];
    const lines = [String.raw`LDAPFilter (uid=\L)`, ...DEFAULTS, ...words];
    // Neither true nor false: C takes it for false.
    if (force === 'yes' || force === '1') {
      await expect(openLdap(folder, directory.port, lines)).rejects.toThrow(LoginMethodError);
      return;
    }
    const result = await askLdap(await openLdap(folder, directory.port, lines), login, 'pw');
    expect(result).toMatchObject({ kind: 'accepted', account: { uid, gid } });
  });

  test('each of the two is forced for itself', async () => {
    const backend = await openLdap(folder, directory.port, [...DEFAULTS, 'LDAPForceDefaultUID True']);
    expect(await askLdap(backend, 'alice', 'pw')).toMatchObject({ account: { uid: 3950, gid: 3901 } });
  });
});
