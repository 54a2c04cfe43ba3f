// SITE CHMOD: change the mode of a file
import type { CommandRow } from '../contract/command.ts';
import { fileOutcome } from '../errors.ts';
import type { Session } from '../contract/session.ts';
import { admitPath } from '../session/policy.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { reason } from '../replies/reasons.ts';

/**
 * The mode a client may give a file, from its octal digits; undefined when they are none. Set-id bits are left out: a
 * program that acts as its owner is nothing to be made from afar.
 */
export function clientMode(digits: string): number | undefined {
  return /^[0-7]{1,4}$/.test(digits) ? Number.parseInt(digits, 8) & 0o1777 : undefined;
}

/** How its path is admitted. */
const CHANGE = { path: 'follow', permission: 'M', verb: 'SITE CHMOD', before: 'onBeforeChangeFacts' } as const;

export async function siteChmod(session: Session, argument: string): Promise<Outcome> {
  const match = /^(\S+) (.+)$/s.exec(argument);
  const mode = clientMode(match?.[1] ?? '');
  if (mode === undefined || match?.[2] === undefined) {
    const miscounted = match === null;
    return { name: 'argumentInvalid', verb: 'SITE CHMOD', reason: reason('modeAndNameExpected'), miscounted };
  }
  const admitted = await admitPath(session, CHANGE, match[2]);
  if ('name' in admitted) return admitted;
  try {
    await session.fs.chmod(admitted.path, mode);
  } catch (error) {
    return fileOutcome(error, admitted.path);
  }
  return { name: 'modeChanged' };
}

/** The row of SITE CHMOD in the table of verbs. */
export const siteChmodRow: CommandRow = {
  verb: 'SITE CHMOD',
  needs: 'chmod',
  argument: 'required',
  phase: 'loggedIn',
  permission: 'M',
  syntax: '<SP> mode <SP> path',
  help: 'change the mode of a file',
  run: siteChmod,
};
