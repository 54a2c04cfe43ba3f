import { join } from 'node:path';
import type { Prepared, Row, Workspace } from '../row.ts';
import { type AccountService, mariadb, openldap, postgresql, whyMissing } from '../servers/account-service.ts';
import { cPureFtpdLdap, cPureFtpdMysql, ours, oursAlone } from '../servers/pure-ftpd.ts';
import type { ServerKind } from '../servers/server.ts';
import { DELAYED, loginMeasures, onLogins } from './sessions.ts';

interface Accounts {
  readonly name: string;
  readonly service: AccountService;
  /** What it is called. */
  readonly of: string;
  readonly kinds: readonly ServerKind[];
  readonly notes: readonly string[];
}

/** Logins of a user whom a server of accounts knows. */
function accountsRow({ name, service, of, kinds, notes }: Accounts): Row {
  return {
    name,
    title: `300 sessions, 10 at a time: connect, USER, PASS (an md5-crypt hash in ${of}), QUIT.`,
    measures: loginMeasures(false),
    runs: 7,
    prepare: (workspace) => prepare(workspace, { service, kinds, notes }),
  };
}

async function prepare(
  workspace: Workspace,
  { service, kinds, notes }: Pick<Accounts, 'service' | 'kinds' | 'notes'>,
): Promise<Prepared> {
  const missing = whyMissing(service);
  if (missing !== undefined) return { contenders: [], notes: [missing], [Symbol.asyncDispose]: async () => undefined };
  await using stack = new AsyncDisposableStack();
  const { login } = stack.use(await service.start(join(workspace.folder, 'home')));
  const { contenders, notes: more } = stack.use(await onLogins(workspace, { kinds, secure: false, login }));
  const owned = stack.move();
  return { contenders, notes: [...more, ...notes], [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

export const loginsMysql: Row = accountsRow({
  name: 'logins_mysql',
  service: mariadb,
  of: 'MariaDB',
  kinds: [ours, oursAlone, cPureFtpdMysql],
  notes: [DELAYED, 'C pure-ftpd connects to the database for each login; ours keeps up to sixteen connections.'],
});

export const loginsPgsql: Row = accountsRow({
  name: 'logins_pgsql',
  service: postgresql,
  of: 'PostgreSQL',
  kinds: [ours, oursAlone],
  notes: ["Debian's pure-ftpd-postgresql ends at each login."],
});

export const loginsLdap: Row = accountsRow({
  name: 'logins_ldap',
  service: openldap,
  of: 'OpenLDAP',
  kinds: [ours, oursAlone, cPureFtpdLdap],
  notes: [DELAYED, 'Both connect to the directory for each login.'],
});
