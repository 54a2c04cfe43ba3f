// Files that are made by the programs: users, transfer logs.
import { type ManualPage, term } from './roff.ts';

/** A line of the text file of a PureDB, in its order. */
const FIELDS: readonly (readonly [string, string])[] = [
  ['login', 'the name; a line that begins with `#` is a comment'],
  ['password', 'its hash, as `pure-pw hash` prints it'],
  ['uid', 'the number of the user whom files belong to, above 0'],
  ['gid', 'the number of the group, above 0'],
  ['gecos', 'the full name'],
  ['home', 'an absolute path; what stands before `/./` in it cannot be left'],
  ['upload bandwidth', 'bytes per second'],
  ['download bandwidth', 'bytes per second'],
  ['upload ratio', 'what has to be uploaded'],
  ['download ratio', 'what may be downloaded for it'],
  ['sessions', 'most at a time; 0 is any number'],
  ['files', 'most that may be stored'],
  ['bytes', 'most that may be stored'],
  ['allowed local addresses', 'addresses of the server at which the user may log in'],
  ['denied local addresses', 'addresses of the server at which the user may not'],
  ['allowed clients', 'addresses from which the user may log in, `ADDRESS/MASK`, with commas between them'],
  ['denied clients', 'addresses from which the user may not'],
  ['hours', '`hhmm-hhmm`, when the user may log in'],
];

export function usersPage(version: string): ManualPage {
  return {
    name: 'pureftpd.passwd',
    section: 5,
    version,
    summary: 'virtual users of pure-ftpd',
    sections: [
      {
        heading: 'DESCRIPTION',
        body: [
          'A line for each user, of eighteen fields with colons between them. An empty field is no limit, or what the server has for everybody. `pure-pw` writes the file; what is edited by hand counts when `pure-pw mkdb` has made the database of it, `pureftpd.pdb`, which is what the server reads. A line has at most 2,046 bytes. IPv6 addresses are written without colons, as `pure-pw` does it.',
        ],
      },
      { heading: 'FIELDS', body: [{ terms: FIELDS.map(([name, text]) => term(name, text)) }] },
      {
        heading: 'FILES',
        body: [
          {
            terms: [
              term('/etc/pure-ftpd/pureftpd.passwd', 'the text'),
              term('/etc/pure-ftpd/pureftpd.pdb', 'the database, in the format of PureDB 2'),
            ],
          },
        ],
      },
    ],
    seeAlso: ['pure-pw(8)', 'pure-pwconvert(8)', 'pure-ftpd(8)'],
  };
}

export function transferLogPage(version: string): ManualPage {
  return {
    name: 'pure-ftpd-altlog',
    section: 5,
    version,
    summary: 'transfer logs of pure-ftpd',
    sections: [
      {
        heading: 'DESCRIPTION',
        body: [
          'The file of `pure-ftpd -O FORMAT:FILE` has a line for each transfer. Without a format it is `clf`. The file is made for root only; one that was moved away is made again, so that a rotation needs no restart. Several servers may write one file.',
        ],
      },
      {
        heading: 'FORMATS',
        body: [
          {
            terms: [
              term(
                'clf',
                'that of web servers: `client.example.net - joe [20/Nov/2026:23:33:30 -0000] "GET /srv/ftp/a.txt" 200 1500`',
              ),
              term(
                'stats',
                'for programs that count: `1795217618 6b00d8d2.13d8 joe client.example.net D 1500 0 /srv/ftp/a.txt`: the time, the session, the user, the client, U or D, bytes, seconds, the file. `pure-statsdecode` makes dates of the times.',
              ),
              term(
                'w3c',
                'with a header that names the fields: `2026-11-20 23:33:47 client.example.net []sent /srv/ftp/a.txt 226 joe 1500`',
              ),
              term(
                'xferlog',
                'that of wu-ftpd: `Fri Nov 20 23:33:55 2026 0 client.example.net 1500 /srv/ftp/a.txt b _ o r joe ftp 1 * c`',
              ),
              term(
                'json',
                'an object on each line: `time`, `session`, `user`, `host`, `address`, `direction`, `path` (and `pathBase64` where it is not UTF-8), `bytes`, `seconds`, `type`, `complete`, `code`, `tls`',
              ),
            ],
          },
        ],
      },
    ],
    seeAlso: ['pure-ftpd(8)', 'pure-statsdecode(8)'],
  };
}
