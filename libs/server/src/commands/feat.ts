// RFC 2389 §3: FEATURE (FEAT)
import type { CommandRow } from '../contract/command.ts';
import type { Session } from '../contract/session.ts';
import { isAble } from '../session/ability.ts';
import type { Outcome } from '../replies/outcomes.ts';

/** What the rows of the command table say of themselves, so that FEAT names what works and nothing else. */
export function feat(session: Session): Outcome {
  const features = new Set(['UTF8', 'TVFS', ...rowFeatures(session)]);
  return { name: 'features', features: [...features].toSorted() };
}

/** What the rows say, but for those that need what the user's file system cannot do. */
export function* rowFeatures(session: Session): Generator<string> {
  for (const { feature, needs } of session.settings.commands.values()) {
    const text = typeof feature === 'function' ? feature(session) : feature;
    if (text !== undefined && (needs === undefined || isAble(session, needs))) yield text;
  }
}

/** The row of FEAT in the table of verbs. */
export const featRow: CommandRow = {
  verb: 'FEAT',
  argument: 'none',
  phase: 'always',
  syntax: '',
  help: 'list extensions',
  run: feat,
};
