// RFC 2640 §4: LANGUAGE (LANG)
import type { CommandRow } from '../contract/command.ts';
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { reason } from '../replies/reasons.ts';

/** A language tag (RFC 1766 §2). */
const TAG = /^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*$/;

const ENGLISH = /^en(?:-|$)/i;

/** Chooses the language of replies; without a tag, the one that the session began in. */
export function lang(session: Session, tag: string): Outcome {
  const { words } = session.settings;
  if (words === undefined || !words.isChoice) return { name: 'commandNotUnderstood', verb: 'LANG' };
  if (tag !== '' && !TAG.test(tag)) return { name: 'argumentInvalid', verb: 'LANG', reason: reason('tagExpected') };
  const language = tag === '' ? words.initial : words.find(tag);
  if (language === undefined) return { name: 'argumentUnsupported', verb: 'LANG', argument: tag };
  session.language = language;
  // RFC 2640 §4: what is said in other languages is UTF-8.
  if (!ENGLISH.test(language)) session.charset = 'utf8';
  return { name: 'languageSet', language };
}

/** The languages in FEAT, that of the session with a star (RFC 2640 §4.3). */
function langFeature({ settings: { words }, language }: Session): string | undefined {
  if (words === undefined || !words.isChoice) return undefined;
  return `LANG ${words.offered.map((tag) => `${tag.toUpperCase()}${tag === language ? '*' : ''}`).join(';')}`;
}

/** The row of LANG in the table of verbs. */
export const langRow: CommandRow = {
  verb: 'LANG',
  argument: 'optional',
  phase: 'always',
  feature: langFeature,
  syntax: '[<SP> tag]',
  help: 'choose the language of replies',
  run: lang,
};
