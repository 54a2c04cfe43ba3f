import * as fc from 'fast-check';

/**
 * Verbs, known and not. Those that end the session, wait (PASS) or open transfers that wait for a client are for tests of
 * their own; SYST is what ends a batch.
 */
const VERBS = [
  ...'USER ACCT NOOP TYPE MODE STRU FEAT OPTS HELP PBSZ PROT CCC ADAT AUTH PWD XPWD CDUP XCUP LIST NLST MLSD'.split(
    ' ',
  ),
  ...'MLST STAT RETR STOR APPE STOU REST ALLO ABOR SIZE MDTM MFMT DELE RNFR RNTO MKD XMKD RMD XRMD SITE PRET'.split(
    ' ',
  ),
  ...'HASH MFF AVBL HOST CLNT LANG XCRC XMD5 XSHA1 CSID LPRT LPSV SMNT MACB COMB XRCP MAIL RANG noop rEtR @ 0'.split(
    ' ',
  ),
  ...'CHMOD,UTIME,HELP,TIME,ALIAS,EXEC,UMASK'.split(',').map((word) => `SITE ${word}`),
  'NOOPNOOP',
  'A'.repeat(300),
];

const PATHS = [
  ...'/ . .. ../.. /../../../../etc/passwd // /./ ....//....//etc ~ ~root ~/../.. C:\\ \\\\?\\ ..\\..\\windows \\'.split(
    ' ',
  ),
  ...'file:///etc/passwd /proc/self/mem /dev/zero /dev/stdin - -- -la -R * */*/*/*/* [!] [a- ... .ftpquota .banner'.split(
    ' ',
  ),
  ' ',
  '  ',
  '-alR /',
  '.pureftpd-upload.0',
  'x\u007F',
  'a/'.repeat(800),
  '{a,b}'.repeat(40),
  '['.repeat(60),
  '?'.repeat(90),
  ...[255, 256, 4000].map((length) => 'a'.repeat(length)),
];

const NUMBERS = [
  ...'0,-0,-1,1,+1, 1,00,0x10,1e3,NaN,1.5,777,7777,07777,99999,2147483647,2147483648,-2147483649,4294967296'.split(','),
  ...'9007199254740993,9223372036854775807,9223372036854775808,18446744073709551616'.split(','),
  ...'-1 file,20200101000000 f,99999999999999 f,00000000000000 f,20200230250000 f'.split(','),
  '9'.repeat(400),
];

const FORMATS = [
  '%s%s%s%n',
  '%n%n%n%n',
  '%x'.repeat(30),
  '%99999d',
  '%$1',
  '$(id)',
  '`id`',
  '${IFS}',
  ';id',
  '|id',
  '&&id',
  "' OR 1=1",
  '*)(uid=*',
];

const PORTS = [
  ...'1,2,3 1,2,3,4,5,6 256,1,1,1,1,1 -1,0,0,1,1,1 10,0,0,1,0,21 ,,,,, 1,1,1,1,1,1,1 |1|10.0.0.1|21|'.split(' '),
  ...'|2|fe80::1|21| |3|x|1| |||| |1| |1|1.2.3.4|99999| 1 2 9'.split(' '),
  'ALL x',
  '1,'.repeat(500),
  '|'.repeat(90),
];

const FACTS =
  'MLST,MLST type;size;,MLST ;;;;,MLST x,UTF8,UTF8 ON,UTF8 OFF,HASH SHA-256,TLS,TLS-C,SSL,P,C,A N,I,L 8,E,S,B,F,R'.split(
    ',',
  );

const dictionary = fc.constantFrom(
  ...[...PATHS, ...NUMBERS, ...FORMATS, ...PORTS, ...FACTS].map((text) => Buffer.from(text)),
);

/** Bytes without LF, which ends a line. */
const bytes = fc
  .uint8Array({ maxLength: 60 })
  .map((array) => Buffer.from(array.map((byte) => (byte === 0x0a ? 0x0d : byte))));

/** Control characters, bytes that are no UTF-8, Telnet commands. */
const ODDITIES = (
  '\0 \0\0\0 \r \r\r \t \u001B[2J \u0008\u0008 \u007F \u00C0\u00AF \u00ED\u00A0\u0080 \u00FF \u00F4\u0090\u0080\u0080 ' +
  '\u00EF\u00BB\u00BF \u00E2\u0080\u00AE \u00FF\u00F4\u00FF\u00F2 \u00FF\u00FB\u0001 \u00FF\u00FA\u0018\u0001\u00FF\u00F0'
).split(' ');

const oddities = fc.constantFrom(...ODDITIES.map((text) => Buffer.from(text, 'latin1')));

const argument = fc.oneof(
  { weight: 6, arbitrary: dictionary },
  { weight: 2, arbitrary: bytes },
  { weight: 1, arbitrary: oddities },
  {
    weight: 1,
    arbitrary: fc.array(fc.oneof(dictionary, bytes, oddities), { maxLength: 4 }).map((parts) => Buffer.concat(parts)),
  },
);

const command = fc
  .tuple(fc.constantFrom(...VERBS), fc.constantFrom(' ', '  ', '\t', '', ' \0'), argument)
  .map(([verb, space, rest]) => Buffer.concat([Buffer.from(verb + space, 'latin1'), rest]));

/** Says where data connections go, and takes it back: a transfer that could begin would wait for its client. */
const endpoint = fc
  .tuple(fc.constantFrom('PASV', 'EPSV', 'PORT', 'EPRT', 'SPSV', 'ESTA', 'ESTP'), argument)
  .map(([verb, rest]) => Buffer.concat([Buffer.from(`${verb} `), rest, Buffer.from('\r\nPORT none')]));

/** Goes somewhere, or not, and back: one failure after another would be answered later and later. */
const directory = argument.map((rest) => Buffer.concat([Buffer.from('CWD '), rest, Buffer.from('\r\nCWD /')]));

/** One command, or two, without the last line end. None is longer than the server reads. */
export const hostileLine = fc
  .oneof(
    { weight: 600, arbitrary: command },
    { weight: 100, arbitrary: bytes },
    { weight: 50, arbitrary: oddities },
    { weight: 50, arbitrary: endpoint },
    { weight: 1, arbitrary: directory },
    { weight: 20, arbitrary: fc.constant(Buffer.alloc(0)) },
  )
  .filter((line) => line.length < 4000 && !unwanted(line));

/** What random bytes may spell and the tests cannot have in between. */
function unwanted(line: Buffer): boolean {
  return /(^|\n)[\u00F0-\u00FF]*(QUIT|PASS|REIN|SYST|GET|POST|HEAD|PUT|OPTIONS|TRACE|CONNECT)\b/i.test(
    line.toString('latin1'),
  );
}

/** How many replies lines are due: one each, but for those that are empty once leading Telnet bytes are gone. */
export function repliesDue(text: Buffer): number {
  const lines = text.toString('latin1').split('\n').slice(0, -1);
  return lines.filter((line) => line.replace(/\r$/, '').replace(/^[\u00F0-\u00FF]+/, '') !== '').length;
}
