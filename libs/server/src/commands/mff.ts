// draft-somers-ftp-mfxx §5: MODIFY FACT (MFF)
import type { CommandRow } from '../contract/command.ts';
import { formatTimestamp, parseTimestamp } from '@pure-ftpd/protocol';

import type { Permission } from '../contract/authorizer.ts';
import type { Capabilities, FileSystem } from '../contract/file-system.ts';
import { fileOutcome } from '../errors.ts';
import type { Awaitable } from '../contract/virtual-file.ts';
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { mayUser } from '../user-code/permission.ts';
import { isAble } from '../session/ability.ts';
import { admitPath } from '../session/policy.ts';
import { clientMode } from './site-chmod.ts';
import { reason } from '../replies/reasons.ts';

/** One fact to be changed, understood. */
interface Change {
  readonly permission: Permission;
  readonly needs: keyof Capabilities;
  /** As the reply tells it. */
  readonly fact: string;
  apply(fs: FileSystem, path: string): Awaitable<void>;
}

/** The facts that can be changed, in the order FEAT names them. */
const FACTS: Readonly<Record<string, (value: string) => Change | undefined>> = {
  modify(value) {
    const mtimeMs = parseTimestamp(value);
    if (mtimeMs === undefined) return undefined;
    return {
      permission: 'T',
      needs: 'utime',
      fact: `modify=${formatTimestamp(mtimeMs)};`,
      apply: (fs, path) => fs.utime(path, mtimeMs),
    };
  },
  'unix.mode'(value) {
    const mode = clientMode(value);
    if (mode === undefined) return undefined;
    return {
      permission: 'M',
      needs: 'chmod',
      fact: `UNIX.mode=0${mode.toString(8)};`,
      apply: (fs, path) => fs.chmod(path, mode),
    };
  },
};

/** The facts that can be changed, for FEAT; undefined where none can. */
export function mffFeature(session: Session): string | undefined {
  const facts = `${isAble(session, 'utime') ? 'modify;' : ''}${isAble(session, 'chmod') ? 'UNIX.mode;' : ''}`;
  return facts === '' ? undefined : `MFF ${facts}`;
}

export async function mff(session: Session, argument: string): Promise<Outcome> {
  const match = /^((?:[^=; ]+=[^; ]*;)+) (.+)$/s.exec(argument);
  if (match?.[1] === undefined || match[2] === undefined) {
    return { name: 'argumentInvalid', verb: 'MFF', reason: reason('factsAndNameExpected') };
  }
  const changes: Change[] = [];
  for (const fact of match[1].slice(0, -1).split(';')) {
    const equals = fact.indexOf('=');
    const name = fact.slice(0, equals).toLowerCase();
    const change = Object.hasOwn(FACTS, name) ? FACTS[name]?.(fact.slice(equals + 1)) : undefined;
    // All or nothing: a fact that cannot be changed is found before any is.
    if (change === undefined || !isAble(session, change.needs))
      return { name: 'argumentUnsupported', verb: 'MFF', argument: fact };
    changes.push(change);
  }
  const admitted = await admitPath(
    session,
    { path: 'follow', permission: changes[0]?.permission ?? 'T', verb: 'MFF', before: 'onBeforeChangeFacts' },
    match[2],
  );
  if ('name' in admitted) return admitted;
  for (const { permission } of changes) {
    if (!(await mayUser(session, permission, admitted.path))) return { name: 'permissionDenied', verb: 'MFF' };
  }
  try {
    for (const change of changes) await change.apply(session.fs, admitted.path);
  } catch (error) {
    return fileOutcome(error, admitted.path);
  }
  return { name: 'factsChanged', facts: changes.map(({ fact }) => fact).join(''), path: match[2] };
}

/** The row of MFF in the table of verbs. */
export const mffRow: CommandRow = {
  verb: 'MFF',
  argument: 'required',
  phase: 'loggedIn',
  feature: mffFeature,
  syntax: '<SP> fact=value; <SP> path',
  help: 'change facts of a file',
  run: mff,
};
