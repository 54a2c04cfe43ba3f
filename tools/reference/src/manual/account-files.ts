// The files of -l mysql, -l pgsql and -l ldap.
import type { LdapKey } from '@pure-ftpd/auth';

import { type ManualPage, type Section, term } from './roff.ts';

/** Keys of MySQL and PostgreSQL, without what they begin with; a value is a query where the key begins with Get. */
export const SQL_KEYS: Readonly<Record<string, string>> = {
  Server: 'Name or address of the database server. `localhost` of MySQL is its socket.',
  Port: 'Its port, where it is not the usual one.',
  Socket: 'Path of the socket of MySQL.',
  User: 'Who asks the database.',
  Password: 'The password of that user.',
  Database: 'The name of the database.',
  UseTLS:
    'Whether the connection is encrypted: `no`, `prefer`, `require`, or `verify`, which looks at the certificate.',
  TLSCA: "File of the authorities that may vouch for the server (the system's).",
  Crypt:
    'How passwords are stored: `any` (everything that crypt(3) knows, Argon2, scrypt), `crypt`, `argon2`, `scrypt`, `cleartext`; `md5`, `sha1` and `password` of old tables are not safe.',
  GetPW: 'Query for the stored password. No row: the user is unknown.',
  GetUID: 'Query for the user whom files belong to, a number or a name.',
  GetGID: 'Query for the group.',
  GetDir: 'Query for the home; `/./` in it confines.',
  DefaultUID: 'The same user for all, instead of a query.',
  DefaultGID: 'The same group for all, instead of a query.',
  GetQTAFS: 'Query for the most files that may be stored.',
  GetQTASZ: 'Query for the most megabytes that may be stored.',
  GetRatioUL: 'Query for what has to be uploaded.',
  GetRatioDL: 'Query for what may be downloaded for it.',
  GetBandwidthUL: 'Query for kilobytes per second of uploads.',
  GetBandwidthDL: 'Query for kilobytes per second of downloads.',
  ForceTildeExpansion: 'With 1 `CWD ~user` goes to the home of that user.',
  Transactions: 'With `On` the queries of a login see one state of the tables.',
};

const LDAP: Readonly<Record<LdapKey, string>> = {
  LDAPScheme: '`ldap`, `ldaps`, or `ldapi` for a socket.',
  LDAPServer: 'Name, address, or path of the socket (localhost).',
  LDAPPort: 'Its port (389, of `ldaps` 636).',
  LDAPBaseDN: 'Where entries are; the whole subtree is searched.',
  LDAPBindDN: 'Who searches (nobody: the search is anonymous).',
  LDAPBindPW: 'The password of that entry.',
  LDAPAuthMethod:
    '`bind`: the directory compares passwords; `password`: the server does. Without it `password` where there is an LDAPBindDN, else `bind`.',
  LDAPFilter: String.raw`The filter of the search, with \L where the login stands.`,
  LDAPHomeDir: 'The attribute of the home (homeDirectory).',
  LDAPDefaultHomeDirectory: 'The home of entries that have none.',
  LDAPDefaultUID: 'The user of entries that have none, a number.',
  LDAPDefaultGID: 'The group of entries that have none, a number.',
  LDAPForceDefaultUID: 'With `True` LDAPDefaultUID is that of every entry.',
  LDAPForceDefaultGID: 'With `True` LDAPDefaultGID is that of every entry.',
  LDAPUseTLS: 'With `True` the connection is encrypted by StartTLS.',
  LDAPVersion: 'Only 3.',
  LDAPTLSCA: "File of the authorities that may vouch for the directory (the system's).",
  LDAPTimeout: 'Seconds for each answer (5).',
};

const FORM =
  'A line is a key, blanks, and a value, which is taken literally. Case does not count in keys; a line that begins with `#` is a comment. As the file has a password, only root should be able to read it: `chmod 600`.';

const PLACES: Section = {
  heading: 'QUERIES',
  body: [
    'In a query these stand for what is known of a login. Values are escaped; a place where that is not safe is an error at the start.',
    {
      terms: [
        term(String.raw`\L`, 'the login'),
        term(String.raw`\I`, 'the address the client has connected to'),
        term(String.raw`\P`, 'its port'),
        term(String.raw`\R`, 'the address of the client'),
        term(String.raw`\D`, 'the same as a number, where it is IPv4'),
      ],
    },
  ],
};

/** @param keys Those of this kind of database, as they are in the file. */
export function sqlPage(kind: 'mysql' | 'pgsql', version: string, keys: readonly string[]): ManualPage {
  const prefix = kind.toUpperCase();
  return {
    name: `pureftpd-${kind}.conf`,
    section: 5,
    version,
    summary: `users of pure-ftpd in ${kind === 'mysql' ? 'MySQL or MariaDB' : 'PostgreSQL'}`,
    sections: [
      { heading: 'DESCRIPTION', body: [`The file of \`pure-ftpd -l ${kind}:FILE\`. ${FORM}`] },
      { heading: 'KEYS', body: [{ terms: keys.map((key) => term(key, textOf(key.slice(prefix.length)))) }] },
      PLACES,
      {
        heading: 'EXAMPLE',
        body: [
          {
            code: [
              `${prefix}Server    localhost`,
              `${prefix}User      pureftpd`,
              `${prefix}Password  a-word-of-your-own`,
              `${prefix}Database  ftp`,
              `${prefix}Crypt     any`,
              String.raw`${prefix}GetPW     SELECT password FROM accounts WHERE login = '\L'`,
              String.raw`${prefix}GetUID    SELECT uid FROM accounts WHERE login = '\L'`,
              String.raw`${prefix}GetGID    SELECT gid FROM accounts WHERE login = '\L'`,
              String.raw`${prefix}GetDir    SELECT home FROM accounts WHERE login = '\L'`,
            ].join('\n'),
          },
        ],
      },
    ],
    seeAlso: ['pure-ftpd(8)', 'pure-pw(8)', 'pure-ftpd.conf(5)'],
  };
}

/** @throws Error for a key that nobody has described. */
function textOf(name: string): string {
  const text = SQL_KEYS[name];
  if (text === undefined) throw new Error(`${name}: describe it in tools/reference/src/manual/account-files.ts`);
  return text;
}

export function ldapPage(version: string): ManualPage {
  return {
    name: 'pureftpd-ldap.conf',
    section: 5,
    version,
    summary: 'users of pure-ftpd in an LDAP directory',
    sections: [
      { heading: 'DESCRIPTION', body: [`The file of \`pure-ftpd -l ldap:FILE\`. ${FORM}`] },
      { heading: 'KEYS', body: [{ terms: Object.entries(LDAP).map(([key, text]) => term(key, text)) }] },
      {
        heading: 'ATTRIBUTES',
        body: [
          'Of an entry are read: the home, `FTPuid` or `uidNumber`, `FTPgid` or `gidNumber`, `userPassword`, `FTPStatus`, `FTPQuotaFiles`, `FTPQuotaMBytes`, `FTPUploadRatio`, `FTPDownloadRatio`, `FTPUploadBandwidth` and `FTPDownloadBandwidth`.',
        ],
      },
      {
        heading: 'EXAMPLE',
        body: [
          {
            code: [
              'LDAPServer      localhost',
              'LDAPBaseDN      ou=ftp,dc=example,dc=org',
              String.raw`LDAPFilter      (&(objectClass=PureFTPdUser)(uid=\L))`,
              'LDAPAuthMethod  bind',
            ].join('\n'),
          },
        ],
      },
    ],
    seeAlso: ['pure-ftpd(8)', 'pure-pw(8)', 'pure-ftpd.conf(5)'],
  };
}
