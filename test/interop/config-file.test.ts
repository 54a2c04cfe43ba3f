// Which lines of a configuration file are taken [server-options §3]: ours against the C server of Debian.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';

import { tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { expect, test } from 'vitest';

import { mapSome } from '../support/differential.ts';
import { c, ours, type Side } from '../support/programs.ts';

const exec = promisify(execFile);

const LINES = [
  ...['yes', 'ON', 'True', '1', 'no', 'OFF', 'false', '0'].map((value) => `ChrootEveryone ${value}`),
  ...['', ' maybe', ' yes no', ' 2', '= yes', ' =yes', ':yes', ' : yes', ' == yes', ' yes # x', '=', '\tyes\t'].map(
    (rest) => `ChrootEveryone${rest}`,
  ),
  'chrooteveryone yes',
  '  ChrootEveryone yes',
  'ChrootEveryone yes\r',
  '# ChrootEveryone maybe',
  '   # x',
  '',
  'Nosuch yes',
  'Bonjour name',
  ...['7', '-1', '7.5', '+7', 'x', '0x10', '7 8'].map((value) => `MaxClientsNumber ${value}`),
  ...['30000 50000', '30000:50000', '30000', '30000  50000'].map((value) => `PassivePortRange ${value}`),
  ...['2000 8', '2000:8'].map((value) => `LimitRecursion ${value}`),
  ...['3:20', '3 20', '3'].map((value) => `PerUserLimits ${value}`),
  ...['133:022', '133 022', '133'].map((value) => `Umask ${value}`),
  ...['1000:10', '1000 10'].map((value) => `Quota ${value}`),
  ...['1 10', '1:10', '1'].map((value) => `AnonymousRatio ${value}`),
  ...['1 10', '1:10', '1'].map((value) => `UserRatio ${value}`),
  ...['8 9', '8:9', '8', '8:'].map((value) => `AnonymousBandwidth ${value}`),
  ...['8 9', '8', 'x'].map((value) => `UserBandwidth ${value}`),
  ...['127.0.0.1,21', 'a b'].map((value) => `Bind ${value}`),
  ...['ftp', 'local3', 'a-b'].map((value) => `SyslogFacility ${value}`),
  ...['/a /b', '"/a b" /c', '/a', '"/a" "/b"'].map((value) => `CertFileAndKey ${value}`),
  'AltLog clf:/var/log/my log',
  'CertFile /a b',
  'ExtCert /a',
  'FortunesFile /a b',
  'PIDFile /a',
  'PureDB /a b',
  'UnixAuthentication yes',
  'PAMAuthentication yes',
  'ExtAuth /a',
  'TLS 1',
  'TLSCipherSuite HIGH',
  'TrustedGID 100',
  'TrustedGID ftp',
  'TrustedIP 127.0.0.1',
  'ForcePassiveIP 127.0.0.1',
  'MaxDiskUsage 90',
  'MaxIdleTime 3',
  'MaxLoad 4',
  'MaxLoad 4.5',
  'MinUID 100',
  'MaxClientsPerIP 3',
  'Include /nosuch',
  'VerboseLog yes',
  ...`AllowAnonymousFXP AllowDotFiles AllowUserFXP AnonymousCanCreateDirs AnonymousCantUpload AnonymousOnly AntiWarez AutoRename
    BrokenClientsCompatibility CallUploadScript CreateHomeDir CustomerProof Daemonize DisplayDotFiles DontResolve IPV4Only IPV6Only
    KeepAllFiles LogPID NATmode NoAnonymous NoChmod NoRename NoTruncate ProhibitDotFilesRead ProhibitDotFilesWrite`
    .split(/\s+/)
    .flatMap((key) => [`${key} yes`, `${key} maybe`]),
];

/** Lines that ours takes and the C server does not, or the other way round, and why. */
const DECISIONS: Readonly<Record<string, string>> = {
  'ChrootEveryone=': 'a key without a value is a typing error, and no "no"',
};

/** Which line a server names in its error, when the last one is wrong in any case: nothing is started. */
async function refusedLine(side: Side, file: string, lines: readonly string[]): Promise<number> {
  writeFileSync(file, [...lines, 'ThisIsNoKey yes', ''].join('\n'));
  const error = await exec(side.program('pure-ftpd'), [file]).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const [, number] = /:(\d+):/.exec(String(error)) ?? [];
  expect(error).toMatchObject({ code: 252 });
  return Number(number);
}

describeWith(['root', 'pure-ftpd'], 'a configuration file', () => {
  test('is taken line by line as the C server takes it, but for the decisions', async () => {
    using folder = tempFolder();
    let files = 0;
    const takenBy = async (side: Side, ...lines: string[]): Promise<boolean> =>
      (await refusedLine(side, folder.file(`${(files += 1)}.conf`), lines)) === lines.length + 1;
    const byC = await mapSome(LINES, 4, async (line) => [line, await takenBy(c, line)] as const);
    const taken = byC.filter(([line, isTaken]) => isTaken && !(line in DECISIONS)).map(([line]) => line);
    expect(taken.length).toBeGreaterThan(60);
    const named = await refusedLine(ours, folder.file('taken.conf'), taken);
    expect(taken[named - 1]).toBeUndefined();
    const refused = byC.filter(([line, isTaken]) => !isTaken && !(line in DECISIONS)).map(([line]) => line);
    expect(refused.length).toBeGreaterThan(30);
    const takenByUs = await mapSome(refused, 3, async (line) => ((await takenBy(ours, line)) ? [line] : []));
    expect(takenByUs.flat()).toEqual([]);
    const decided = await mapSome(Object.keys(DECISIONS), 3, async (line) => {
      const theirs = byC.find(([known]) => known === line)?.[1];
      return (await takenBy(ours, line)) === theirs ? [line] : [];
    });
    expect(decided.flat()).toEqual([]);
  });
});
