// Accounts of every kind, as /etc/passwd and /etc/shadow have them.
import { crypt } from '@pure-ftpd/posix';

/** The password of all of them. */
export const PASSWORD = 'secret';

/** An account; what is left out is as usual. */
export interface SystemAccount {
  readonly login: string;
  /** The second field of passwd; `x` unless told. */
  readonly field?: string;
  /** The hash in shadow; undefined for an account that is not there. */
  readonly shadow?: string;
  /** The fields of shadow after the hash. */
  readonly ages?: string;
  readonly shell?: string;
  readonly uid?: number;
  /** What the client gives; {@link PASSWORD} unless told. */
  readonly password?: string;
}

/** Settings of the schemes of crypt(3). */
const SETTINGS = {
  des: 'ab',
  bsdi: '_J9..salt',
  md5: '$1$saltsalt$',
  sunmd5: '$md5,rounds=10$saltsalt$',
  sha1: '$sha1$1000$saltsalt$',
  nt: '$3$$',
  bcrypt: '$2b$05$abcdefghijklmnopqrstuu',
  sha256: '$5$saltsalt$',
  sha512: '$6$saltsalt$',
  scrypt: '$7$CU..../....saltsaltsalt$',
  yescrypt: '$y$j9T$F5Jx5fExrKuPp53xLKQ..1$',
  gost: '$gy$j9T$F5Jx5fExrKuPp53xLKQ..1$',
} as const;

async function hash(setting: string): Promise<string> {
  const computed = await crypt(Buffer.from(PASSWORD), setting);
  if (computed === undefined) throw new Error(`libcrypt does not take ${setting}`);
  return computed;
}

/** All of them, on a day. */
export async function systemAccounts(today: number): Promise<SystemAccount[]> {
  const sha512 = await hash(SETTINGS.sha512);
  const schemes = await Promise.all(
    Object.entries(SETTINGS).map(async ([login, setting]) => ({ login, shadow: await hash(setting) })),
  );
  const aged = (login: string, ages: string): SystemAccount => ({ login, shadow: sha512, ages });
  const withShell = (login: string, shell: string): SystemAccount => ({ login, shadow: sha512, shell });
  return [
    ...schemes,
    ...schemes.map(({ login, shadow }) => ({ login: `wrong-${login}`, shadow, password: `${PASSWORD}x` })),
    { login: 'locked', shadow: `!${sha512}` },
    { login: 'starred', shadow: `*${sha512}` },
    { login: 'star', shadow: '*' },
    { login: 'bang', shadow: '!!' },
    { login: 'lk', shadow: '*LK*' },
    { login: 'nothash', shadow: PASSWORD },
    { login: 'empty', shadow: '', password: '' },
    { login: 'emptyany', shadow: '' },
    { login: 'at', shadow: `@${sha512}` },
    aged('closed', `1:0:99999:7::${today - 1}:`),
    aged('closes', `1:0:99999:7::${today}:`),
    aged('open', `1:0:99999:7::${today + 1}:`),
    aged('neverclosed', '1:0:99999:7::0:'),
    aged('old', `${today - 11}:0:10:7:::`),
    aged('oldest', `${today - 10}:0:10:7:::`),
    aged('young', `${today - 9}:0:10:7:::`),
    aged('tochange', '0:0:99999:7:::'),
    aged('nochange', ':0:10:7:::'),
    aged('tomorrow', `${today + 5}:0:10:7:::`),
    aged('grace', `${today - 20}:0:10:7:30::`),
    aged('nograce', '1:0:99999:7:0::'),
    aged('aday', `${today - 1}:0:0:7:::`),
    withShell('nologin', '/usr/sbin/nologin'),
    withShell('noshell', ''),
    withShell('ftpshell', 'ftp'),
    withShell('FTPshell', 'FTP'),
    withShell('unlisted', '/bin/shx'),
    withShell('notpath', 'sh'),
    { login: 'inpasswd', field: sha512 },
    { login: 'hashes', field: '##hashes', shadow: sha512 },
    { login: 'otherhash', field: '##nobody', shadow: sha512 },
    { login: 'noshadow' },
    { login: 'nofield', field: '', password: '' },
    { login: 'starfield', field: '*', shadow: sha512 },
    { login: 'zero', shadow: sha512, uid: 0 },
    { login: 'listed', shadow: sha512 },
  ];
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** The files that hold them, by their names below /etc. */
export function accountFiles(
  accounts: readonly SystemAccount[],
): Record<'passwd' | 'shadow' | 'shells' | 'ftpusers', string> {
  const passwd = accounts.map(
    ({ login, field = 'x', uid, shell = '/bin/sh' }, index) =>
      `${login}:${field}:${uid ?? 4000 + index}:4000::/:${shell}`,
  );
  const shadow = accounts
    .filter((account) => account.shadow !== undefined)
    .map((account) => `${account.login}:${account.shadow}:${account.ages ?? '19000:0:99999:7:::'}`);
  return { passwd: text(passwd), shadow: text(shadow), shells: '/bin/sh\n/bin/bash\n', ftpusers: 'listed\n' };
}
