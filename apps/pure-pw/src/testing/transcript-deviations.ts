/** How a command of the recorded session is run in another way than it stands there. */
export interface Deviation {
  /** Files as they were before the command; undefined = not there. */
  readonly files?: Readonly<Record<string, string | undefined>>;
  readonly env?: Record<string, string>;
  /** Why it is not run. pure-pw.test.ts has what happens instead. */
  readonly skip?: string;
  /** Run this in its place: the same without the part that prints bytes of a database. */
  readonly command?: string;
  /** Lines of the recording that do not apply. */
  readonly without?: RegExp;
}

/** The parts of the session that are run again, and their text file at the start. */
export const PARTS = {
  main: '',
  edits: 'usermod moves to end, full rewrite, preserved comments',
  unlimited: "useradd with '' options",
  newline: 'no trailing newline',
  databases: 'CRLF',
} as const;

const USER = 'u1:$6$abcdefgh$x:3001:3001:g1:/srv/u1/./';
const OTHERS = 'u2:$6$abcdefgh$x:3001:3001:g2:/srv/u2';
const THIRD = 'u3:$6$abcdefgh$x:3001:3001:g3:/srv/u3/./:1:2';

export const STARTS: Readonly<Record<string, string>> = {
  [PARTS.main]: '# comment line\nu1:$6$abcdefgh$x:3001:3001:G E C:/srv/u1/./::::::::::::\n',
  [PARTS.edits]: `# c1\n${USER}::::::::::::\n\n  spaces\n${OTHERS}\n${THIRD}:0:0:0:0:0:a:b:c:d:2500-0000\n`,
  [PARTS.unlimited]: '',
  [PARTS.newline]: USER,
  [PARTS.databases]: `${USER}\r\n`,
};

const AFTER_BROKEN_LIST =
  `# c1\n\n  spaces\n${OTHERS}::::::5::::::\n${THIRD}::::0:3145728:a:b:c:d:\n` +
  'u1:$6$abcdefgh$x:3001:3001:a_b:/new_dir/./:8192:::::::::2001:db8::/32::\n';

const BROKEN_LIST = { skip: 'an IPv6 address no longer breaks the record' };
const MEGABYTES = { skip: '-M is compared in megabytes' };
const NEWLINE = { skip: 'a missing final newline is added' };
const UNLIMITED = { skip: "'' is unlimited for useradd too" };
const OUTSIDE = { skip: 'looks or writes outside of the test' };
// What a failed mkdb leaves behind.
const LEFT_OVER = /dir\.pdb\.index/;

/** Part, command, which of several equal ones (from 0), what is different. */
const DEVIATIONS: readonly (readonly [string, string, number, Deviation])[] = [
  [PARTS.main, 'pure-pw useradd u2 -f p -u ftpuser -d /srv/u2 -M 64', 0, MEGABYTES],
  [PARTS.main, 'pure-pw useradd u2 -f p -u ftpuser -d /srv/u2 -M 8191', 0, MEGABYTES],
  [PARTS.main, 'pure-pw useradd u3 -f p -u ftpuser -d /srv/u3', 0, { files: { 'p.tmp': '\n' } }],
  [PARTS.edits, 'pure-pw usermod u1 -f p -r 2001:db8::/32', 0, BROKEN_LIST],
  [PARTS.edits, 'cat -A p', 5, BROKEN_LIST],
  [PARTS.edits, 'pure-pw show u1 -f p', 1, { files: { p: AFTER_BROKEN_LIST } }],
  [PARTS.unlimited, 'cat -A p', 0, UNLIMITED],
  [PARTS.unlimited, 'cat -A p', 1, UNLIMITED],
  [PARTS.newline, 'pure-pw useradd u9 -f p -u 3001 -g 3001 -d /u9 -C 64', 0, NEWLINE],
  [PARTS.newline, 'cat -A p', 0, NEWLINE],
  [PARTS.databases, 'pure-pw mkdb a.pdb -f p; ls -la', 0, { files: { p: `${USER}\n`, 'p.pdb': undefined } }],
  [PARTS.databases, 'ls -la /etc/pure-ftpd/ | grep pdb; rm -f ./-f /etc/pure-ftpd/pureftpd.pdb', 0, OUTSIDE],
  [PARTS.databases, 'pure-pw mkdb', 0, { env: { PURE_DBFILE: 'env.pdb', PURE_PASSWDFILE: 'p' } }],
  [PARTS.databases, 'pure-pw mkdb', 1, OUTSIDE],
  [PARTS.databases, 'ls -la /etc/pure-ftpd/*.pdb; rm -f /etc/pure-ftpd/pureftpd.pdb', 0, OUTSIDE],
  [PARTS.databases, 'mkdir dir.pdb; pure-pw mkdb dir.pdb -f p; ls -la . dir.pdb', 0, { without: /dir\.pdb\.index|^$/ }],
  [
    PARTS.databases,
    'pure-pw usermod u1 -f p -m -F m.pdb -n 3; ls; tail -c 60 m.pdb',
    0,
    { command: 'pure-pw usermod u1 -f p -m -F m.pdb -n 3; ls', without: /dir\.pdb\.index|u1/ },
  ],
  [PARTS.databases, 'pure-pw usermod u1 -f p -m -n 3', 0, { env: { PURE_DBFILE: 'envm.pdb' } }],
  [PARTS.databases, 'ls -la', 0, { without: LEFT_OVER }],
  [PARTS.databases, 'pure-pw usermod nope -f p -m -F m2.pdb -n 3; ls', 0, { without: LEFT_OVER }],
  [
    PARTS.databases,
    'pure-pw userdel u1 -f p -m -F m3.pdb; ls -la m3.pdb p; xxd m3.pdb | tail -3',
    0,
    { command: 'pure-pw userdel u1 -f p -m -F m3.pdb; ls -la m3.pdb p', without: /^0000/ },
  ],
  [PARTS.databases, 'pure-pw show u1 -f p -m -F m4.pdb; ls', 0, { without: LEFT_OVER }],
];

/** What is different for the `count`th time (from 0) that a command stands in a part. */
export function deviationOf(section: string, command: string, count: number): Deviation {
  const found = DEVIATIONS.find(([part, line, nth]) => part === section && line === command && nth === count);
  return found?.[3] ?? {};
}
