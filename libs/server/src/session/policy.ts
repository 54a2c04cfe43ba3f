import { joinPath } from '@pure-ftpd/protocol';

import { fileOutcome } from '../errors.ts';
import type { Session } from '../contract/session.ts';
import type { CommandRow, ParsedCommand, Policy } from '../contract/command.ts';
import type { Awaitable } from '../contract/virtual-file.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { refusedBefore } from '../user-code/before.ts';
import { mayUser } from '../user-code/permission.ts';

/** Refuses a missing argument, and one that the verb does not take. */
export function requireArgument(_session: Session, row: CommandRow, { argument }: ParsedCommand): Outcome | undefined {
  if (row.argument === 'required' && argument === '') return { name: 'argumentRequired', verb: row.verb };
  if (row.argument === 'none' && argument !== '') return { name: 'argumentNotAllowed', verb: row.verb };
  return undefined;
}

/** Refuses a client that has not logged in. */
export function requireLogin(session: Session, row: CommandRow): Outcome | undefined {
  return row.phase === 'loggedIn' && !session.authenticated ? { name: 'loginRequired' } : undefined;
}

/** Commands without a path of their own in the table need the permission in general; the others on their path. */
export function requirePermission(session: Session, row: CommandRow): Awaitable<Outcome | undefined> {
  if (row.permission === undefined || row.path !== undefined) return undefined;
  const may = mayUser(session, row.permission);
  if (may === true) return undefined;
  const refusal = { name: 'permissionDenied', verb: row.verb } as const;
  return may === false ? refusal : may.then((granted) => (granted ? undefined : refusal));
}

/** Refuses names and passwords in clear, where the control connection has to be protected. */
export function requireProtectedControl(session: Session, row: CommandRow): Outcome | undefined {
  if (!session.settings.tlsControlRequired || session.isSecured) return undefined;
  return row.verb === 'USER' || row.verb === 'PASS' ? { name: 'controlProtectionRequired' } : undefined;
}

/** Refuses transfers in clear, where data connections have to be protected. */
export function requireProtectedData(session: Session, row: CommandRow): Outcome | undefined {
  if (!session.settings.tlsDataRequired || session.protection === 'private') return undefined;
  return row.transfers === true ? { name: 'dataProtectionRequired', verb: row.verb } : undefined;
}

/** The order in which commands are judged. A subclass of Session may bring its own list. */
export const policies: readonly Policy[] = [
  requireArgument,
  requireProtectedControl,
  requireLogin,
  requireProtectedData,
  requirePermission,
];

/**
 * What a path argument stands for, if the user may do with it what the command does.
 * The path that is checked is the one that is used.
 */
export async function admitPath(
  session: Session,
  row: Pick<CommandRow, 'verb' | 'path' | 'permission' | 'before'>,
  argument: string,
): Promise<{ readonly path: string } | Outcome> {
  const rule = row.path ?? 'link';
  let path: string;
  try {
    path = await session.fs.resolve(argument === '' ? session.cwd : joinPath(session.cwd, argument), {
      follow: rule === 'follow',
      allowMissing: rule === 'create',
    });
  } catch (error) {
    return fileOutcome(error, argument, row.verb);
  }
  if (row.permission !== undefined) {
    const may = mayUser(session, row.permission, path);
    if (!(typeof may === 'boolean' ? may : await may)) return { name: 'permissionDenied', verb: row.verb };
  }
  const { before } = row;
  if (before !== undefined && session[before] !== undefined) {
    const refusal = await refusedBefore(session, before, row.verb, path);
    if (refusal !== undefined) return refusal;
  }
  return { path };
}
