// What the server lets nobody do: passive connections, deleting, renaming, changing modes [server-behaviour §8].
import type { Rules } from '@pure-ftpd/options';
import type { CommandResult, CommandRow, Outcome } from '@pure-ftpd/server';

import type { Feature, Run } from '../contract/feature.ts';
import type { PureFtpdSession } from '../contract/session.ts';
import { withoutFeatures } from './feature-list.ts';

const PASSIVE = new Set(['EPSV', 'ESTA', 'PASV']);

function rulesOf({ settings }: PureFtpdSession): Rules {
  return settings.daemon.configuration.rules;
}

function refusedPassive(session: PureFtpdSession, { verb }: CommandRow): Outcome | undefined {
  return rulesOf(session).passive ? undefined : { name: 'commandNotUnderstood', verb };
}

function refusedDeletion(session: PureFtpdSession, { verb }: CommandRow): Outcome | undefined {
  const { admittedAccount: account, trusted } = session;
  return account === undefined || trusted || rulesOf(session).deletes ? undefined : { name: 'permissionDenied', verb };
}

function refusedRenaming(session: PureFtpdSession, { verb }: CommandRow): Outcome | undefined {
  return session.admittedAccount === undefined || rulesOf(session).renames
    ? undefined
    : { name: 'permissionDenied', verb };
}

/** Files that are kept are not renamed either; the C server documents that, and lets them be. */
async function renameUnlessKept(session: PureFtpdSession, path: string, run: Run): Promise<CommandResult> {
  const result = await run(session, path);
  if (rulesOf(session).deletes || session.trusted || session.renameFrom === undefined) return result;
  if ((await session.fs.lstat(path)).type === 'dir') return result;
  session.renameFrom = undefined;
  return { name: 'permissionDenied', verb: 'RNFR' };
}

export const rules = {
  name: 'rules',
  policies: [
    { at: 'last', verbs: PASSIVE, judge: refusedPassive },
    { at: 'last', verbs: new Set(['DELE']), judge: refusedDeletion },
    { at: 'last', verbs: new Set(['RNFR']), judge: refusedRenaming },
  ],
  around: {
    RNFR: (run) => (session: PureFtpdSession, path) => renameUnlessKept(session, path, run),
    FEAT: (run) => async (session: PureFtpdSession, argument) =>
      withoutFeatures(await run(session, argument), rulesOf(session).passive ? [] : [...PASSIVE]),
  },
  permits: (session, permission) => permission !== 'M' || rulesOf(session).changesModes,
} satisfies Feature;
