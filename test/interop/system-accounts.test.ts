// Accounts of the system through `-l unix` and `-l pam`: who is let in by the C server is let in by us, but for differences
// that somebody decided [server-behaviour §4.1, §4.2].
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { NamespacedProcess, peerPath, startPureFtpd } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { beforeAll, expect, test } from 'vitest';

import { etcFolder } from '../support/etc.ts';
import { tryLogin } from '../support/servers.ts';
import { accountFiles, PASSWORD, type SystemAccount, systemAccounts } from '../support/system-accounts.ts';

/** The C server delays a refusal by some seconds, and PAM by two more. */

type Verdicts = Readonly<Record<string, boolean>>;

/** Debian's service, which is not installed here. */
function pamService(): string {
  return readFileSync(join(peerPath('pure-ftpd-wrapper'), '../../../etc/pam.d/pure-ftpd'), 'utf8');
}

function etcOf(accounts: readonly SystemAccount[]): ReturnType<typeof etcFolder> {
  const logins = JSON.stringify(attemptsOf(accounts));
  return etcFolder({ ...accountFiles(accounts), 'pam.d/pure-ftpd': pamService(), 'logins.json': logins });
}

function attemptsOf(accounts: readonly SystemAccount[]): [login: string, password: string][] {
  const known = accounts.map(({ login, password }): [string, string] => [login, password ?? PASSWORD]);
  return [...known, ['nosuch', PASSWORD], ['SHA512', PASSWORD]];
}

async function verdictsOfC(accounts: readonly SystemAccount[], methods: readonly string[]): Promise<Verdicts> {
  using etc = etcOf(accounts);
  const args = [...methods.flatMap((method) => ['-l', method]), '-E', '-H', '-c', '500'];
  await using server = await startPureFtpd({ etcDir: etc.path, args });
  const results = await Promise.all(
    attemptsOf(accounts).map(async ([user, password]) => {
      const code = await tryLogin(server.port, { user, password });
      if (code !== 230 && code !== 530) throw new Error(`${user}: ${code}`);
      return [user, code === 230] as const;
    }),
  );
  return Object.fromEntries(results);
}

async function ourVerdicts(accounts: readonly SystemAccount[], methods: readonly string[]): Promise<Verdicts> {
  using etc = etcOf(accounts);
  const program = join(import.meta.dirname, '..', 'support', 'judge-logins.ts');
  const judge = new NamespacedProcess([process.execPath, program, ...methods], {
    etcDir: etc.path,
    env: { JUDGE_LOGINS: '/etc/logins.json' },
  });
  await judge.ended;
  const kinds: Record<string, string> = JSON.parse(judge.output);
  return Object.fromEntries(Object.entries(kinds).map(([login, kind]) => [login, kind === 'accepted']));
}

/** Root never logs in. */
const NO_ROOT = { zero: false };
/** Accounts without a password are let in by nobody. */
const NO_EMPTY = { empty: false, emptyany: false, nofield: false };

describeWith(['root', 'pure-ftpd', 'pure-ftpd-wrapper'], 'accounts of the system', () => {
  let accounts: SystemAccount[];
  beforeAll(async () => {
    accounts = await systemAccounts(Math.floor(Date.now() / 86_400_000));
  });

  test.each<[string[], Verdicts]>([
    [['unix'], NO_ROOT],
    [['pam'], { ...NO_ROOT, ...NO_EMPTY }],
    [['pam', 'unix'], { ...NO_ROOT, ...NO_EMPTY }],
    [['unix', 'pam'], NO_ROOT],
  ])('%j lets in whom the C server lets in', async (methods, decided) => {
    const [c, ours] = await Promise.all([verdictsOfC(accounts, methods), ourVerdicts(accounts, methods)]);
    expect(ours).toEqual({ ...c, ...decided });
    // Every decided difference is one.
    expect(Object.keys(decided).filter((login) => c[login] === decided[login])).toEqual([]);
    expect(Object.values(c).filter(Boolean).length).toBeGreaterThan(15);
  });
});
