// Servers of accounts that FTP servers ask, each with the one user of all servers.
import { chownSync, writeFileSync } from 'node:fs';
import { AccountDatabase, observedTree, OpenLDAP, type SqlMethod } from '@pure-ftpd/account-servers';
import { missingPeers, type PeerName, tempFolder } from '@pure-ftpd/peers';
import { HASH, UID, USER } from './server.ts';

/** A server of accounts that runs. */
export interface RunningAccounts extends AsyncDisposable {
  /** The argument of `-l`. */
  readonly login: string;
}

/** A server of accounts that a row can start. */
export interface AccountService {
  /** What it is started from. */
  readonly programs: readonly PeerName[];
  /** @param home Of the user. */
  readonly start: (home: string) => Promise<RunningAccounts>;
}

/** Why a server of accounts cannot run here; undefined when it can. */
export function whyMissing({ programs }: AccountService): string | undefined {
  const [first] = missingPeers(programs);
  return first;
}

function database(method: SqlMethod, program: PeerName): AccountService {
  return {
    programs: [program],
    async start(home) {
      await using stack = new AsyncDisposableStack();
      const folder = stack.use(tempFolder());
      const user = { login: USER, password: HASH, uid: UID, gid: UID, home: `${home}/./` };
      const server = stack.use(await AccountDatabase.start(method, [user]));
      return running(stack, `${method}:${owned(server.file(folder, 'accounts.conf', { Crypt: 'crypt' }))}`);
    },
  };
}

export const mariadb: AccountService = database('mysql', 'mariadbd');
export const postgresql: AccountService = database('pgsql', 'postgres');

/** With the tree of the transcripts; the user is one more. */
export const openldap: AccountService = {
  programs: ['slapd', 'pureftpd.schema'],
  async start(home) {
    await using stack = new AsyncDisposableStack();
    const folder = stack.use(tempFolder());
    const entry = [
      `dn: uid=${USER},ou=people,dc=example,dc=org`,
      'objectClass: account',
      'objectClass: posixAccount',
      `cn: ${USER}`,
      `uid: ${USER}`,
      `uidNumber: ${UID}`,
      `gidNumber: ${UID}`,
      `homeDirectory: ${home}`,
      `userPassword: {CRYPT}${HASH}`,
    ];
    const server = stack.use(await OpenLDAP.start([observedTree().trimEnd(), '', ...entry, ''].join('\n')));
    const lines = [
      'LDAPServer 127.0.0.1',
      `LDAPPort ${server.port}`,
      'LDAPBaseDN ou=people,dc=example,dc=org',
      // It gives out the hash, which the FTP server compares.
      'LDAPBindDN cn=reader,dc=example,dc=org',
      'LDAPBindPW readerpw',
    ];
    const file = folder.file('accounts.conf');
    writeFileSync(file, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
    return running(stack, `ldap:${owned(file)}`);
  },
};

/** Gives a file to whoever serves when root does not. */
function owned(file: string): string {
  chownSync(file, UID, UID);
  return file;
}

function running(stack: AsyncDisposableStack, login: string): RunningAccounts {
  const own = stack.move();
  return { login, [Symbol.asyncDispose]: () => own.disposeAsync() };
}
