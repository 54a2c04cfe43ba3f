// What the page of each program has beyond its help.
import type { Beyond } from './program-page.ts';
import { term } from './roff.ts';

const EVERY_USER: Beyond['files'] = [
  ['/etc/pure-ftpd/pureftpd.passwd', 'users, one on a line: see `pureftpd.passwd`(5)'],
  ['/etc/pure-ftpd/pureftpd.pdb', 'the database made of it'],
];

const C_STATUS = [
  ['0', 'a normal end, help'],
  ['254', 'the command line lacks what is needed, or has what makes no sense'],
  ['255', 'the program could not start: the socket or the pid file is in use, or may not be made'],
] as const;

/** The pages there are, by the name of the program. */
export const BEYOND: Readonly<Record<string, Beyond>> = {
  'pure-ftpd': {
    sections: [
      {
        heading: 'CONFIGURATION FILE',
        body: [
          'A file that stands alone on the command line has a line for each option: a key, a space, `=` or `:`, and a value. See `pure-ftpd.conf`(5).',
        ],
      },
      {
        heading: 'SIGNALS',
        body: [
          {
            terms: [
              term(
                'TERM, INT, HUP, QUIT',
                'To the process of the pid file: nobody is taken any more, and sessions live on in a process of their own until they end (`--drain` limits that). To the server itself: who is idle is told 421, transfers may finish for `--shutdown-timeout` seconds; a second one ends all at once.',
              ),
            ],
          },
        ],
      },
    ],
    files: [
      ...EVERY_USER,
      ['/etc/pure-ftpd/conf/KEY', 'a value for each key, read by `pure-ftpd-wrapper`'],
      ['/etc/pure-ftpd/pureftpd-dir-aliases', 'by turns a name and the directory it stands for'],
      ['/etc/pure-ftpd/pure-ftpd/ADDRESS', 'what anonymous users see at this address of the server'],
      ['/etc/ssl/private/pure-ftpd.pem', 'certificate and key'],
      ['/etc/pam.d/pure-ftpd', 'the service of PAM'],
      ['/var/run/pure-ftpd', 'the scoreboard: who is connected'],
      ['/var/run/pure-ftpd.pid', 'the process id'],
      ['/var/run/pure-ftpd.upload.pipe', 'finished uploads, for `pure-uploadscript`'],
      ['.banner, .message', 'what is said where a session begins, and in a directory'],
      ['.ftpquota', 'in the home of a user with a quota: files and bytes that are stored'],
    ],
    environment: [
      ['FTP_ANON_DIR', 'the folder of anonymous users, where the server is not root'],
      ['NOTIFY_SOCKET, LISTEN_FDS, LISTEN_FDNAMES', 'as systemd has them'],
    ],
    status: [
      ['0', 'a normal end, help'],
      ['1', 'the server could not start: port in use, no address'],
      ['252', 'the command line or the configuration file makes no sense, or asks for what is not built'],
    ],
    seeAlso: [
      'pure-ftpd-wrapper(8)',
      'pure-ftpd.conf(5)',
      'pureftpd.passwd(5)',
      'pureftpd-mysql.conf(5)',
      'pureftpd-pgsql.conf(5)',
      'pureftpd-ldap.conf(5)',
      'pure-ftpd-altlog(5)',
      'pure-authd(8)',
      'pure-certd(8)',
      'pure-ftpwho(8)',
      'pure-mrtginfo(8)',
      'pure-pw(8)',
      'pure-pwconvert(8)',
      'pure-quotacheck(8)',
      'pure-statsdecode(8)',
      'pure-uploadscript(8)',
    ],
  },
  'pure-ftpctl': {
    files: [
      ['/etc/pure-ftpd/pure-ftpd.conf', 'the configuration file that is looked at where none is named'],
      ['/var/run/pure-ftpd', 'the scoreboard of root'],
      ...EVERY_USER,
    ],
    environment: [
      ['NO_COLOR', 'colours are left out where it is set'],
      ['PURE_PASSWDFILE, PURE_DBFILE', 'text file and database of users, where no option names others'],
    ],
    status: [
      ['0', 'all is well; two configurations do the same'],
      ['1', 'something has to be mended; two configurations differ'],
      ['2', 'the command line, or what it names, makes no sense'],
      [
        '3',
        'what was asked for cannot be done: a file cannot be read or written, there is no such user; anything else',
      ],
    ],
    seeAlso: ['pure-ftpd(8)', 'pure-ftpd.conf(5)', 'pure-ftpwho(8)', 'pure-pw(8)'],
  },
  'pure-pw': {
    files: EVERY_USER,
    environment: [
      ['PURE_PASSWDFILE', 'the text file, where no `-f` names one'],
      ['PURE_DBFILE', 'the database, where neither `mkdb` nor `-F` names one'],
    ],
    status: [
      ['0', 'done, or the usage was printed'],
      ['1', 'an argument makes no sense'],
      ['2', 'the text file cannot be read'],
      ['4', 'the change was refused: there is such a user already, or the file cannot be written'],
      ['8', 'no password was given'],
      ['16', 'there is no such user'],
      ['32', 'a uid or gid is missing'],
      ['64', 'a home is missing'],
      ['255', 'anything else'],
    ],
    seeAlso: ['pure-ftpd(8)', 'pure-pwconvert(8)', 'pureftpd.passwd(5)'],
  },
  'pure-pwconvert': {
    files: [
      ['/etc/passwd, /etc/shadow', 'the accounts, in whatever the system keeps them'],
      ['/etc/shells', 'shells of those who may log in'],
    ],
    status: [
      ['0', 'done'],
      ['1', 'the accounts cannot be read'],
    ],
    seeAlso: ['pure-pw(8)', 'pureftpd.passwd(5)'],
  },
  'pure-ftpwho': {
    files: [
      ['/var/run/pure-ftpd', 'the scoreboard of root'],
      ['$XDG_RUNTIME_DIR/pure-ftpd', 'that of a server which an ordinary user has started'],
    ],
    environment: [
      [
        'GATEWAY_INTERFACE, QUERY_STRING',
        'set by a web server, which gets a page that loads again by itself, unless the query is `refresh=off`',
      ],
    ],
    status: [
      ['0', 'done, or the usage was printed'],
      ['1', 'not root, and no server of the user has run'],
      ['2', '--watch has no terminal, or is to show reports'],
      ['3', 'a report cannot be used'],
      ['255', 'there is no scoreboard: no server has run'],
    ],
    seeAlso: ['pure-ftpd(8)', 'pure-mrtginfo(8)'],
  },
  'pure-mrtginfo': {
    files: [['/proc/net/tcp, /proc/net/tcp6', 'the connections']],
    status: [
      ['0', 'done'],
      ['1', 'what was counted cannot be written'],
    ],
    seeAlso: ['pure-ftpwho(8)'],
  },
  'pure-quotacheck': {
    files: [['.ftpquota', 'in the directory: files and bytes that are stored']],
    status: [
      ['0', 'done, or the usage was printed'],
      ['251', 'the count cannot be written'],
      ['252', 'a directory cannot be read'],
      ['253', 'the directory cannot be entered'],
      ['254', 'the user or the group is none, or root'],
      ['255', 'an argument makes no sense, or anything else'],
    ],
    seeAlso: ['pure-ftpd(8)', 'pure-pw(8)'],
  },
  'pure-uploadscript': {
    files: [
      ['/var/run/pure-ftpd.upload.pipe', 'where the server tells of finished uploads'],
      ['/var/run/pure-ftpd.upload.lock', 'keeps who reads the pipe apart'],
      ['/var/run/pure-uploadscript.pid', 'the process id'],
    ],
    environment: [
      ['UPLOAD_SIZE, UPLOAD_PERMS', 'given to the program: bytes, and mode in octal'],
      [
        'UPLOAD_UID, UPLOAD_GID, UPLOAD_USER, UPLOAD_GROUP',
        'whom the file belongs to, by number and, where there is one, by name',
      ],
      ['UPLOAD_VUSER', 'the login'],
      [
        'UPLOAD_ID, UPLOAD_TIME, UPLOAD_SESSION',
        'with `--journal`: what tells a second run for an upload, when it ended, and its session',
      ],
    ],
    status: [
      ['0', 'a normal end, help'],
      ['255', 'the program could not start'],
    ],
    seeAlso: ['pure-ftpd(8)'],
  },
  'pure-authd': {
    files: [['/var/run/pure-authd.pid', 'the process id']],
    environment: [
      ['AUTHD_ACCOUNT, AUTHD_PASSWORD', 'given to the program: what the client has said'],
      [
        'AUTHD_LOCAL_IP, AUTHD_LOCAL_PORT, AUTHD_REMOTE_IP',
        'the address of the server, its port, and the address of the client',
      ],
      ['AUTHD_CLIENT_SNI_NAME', 'the server that the client has named in TLS'],
      ['AUTHD_ENCRYPTED', '1 where the connection is encrypted, else 0'],
    ],
    status: C_STATUS,
    seeAlso: ['pure-ftpd(8)', 'pure-certd(8)'],
  },
  'pure-certd': {
    files: [['/var/run/pure-certd.pid', 'the process id']],
    environment: [['CERTD_SNI_NAME', 'given to the program: the server that the client wants']],
    status: C_STATUS,
    seeAlso: ['pure-ftpd(8)', 'pure-authd(8)'],
  },
  'pure-statsdecode': {
    environment: [['TZ', 'the time zone of the dates']],
    status: [
      ['0', 'done'],
      ['1', 'no file was named, or reading failed'],
      ['255', 'the file cannot be opened'],
    ],
    seeAlso: ['pure-ftpd(8)', 'pure-ftpd-altlog(5)'],
  },
};
